// The facilitator: every seat, the month, what is injected, taken back, branched, opened and ended.

const titleOf = (name) => (name === "facilitator" ? "Facilitator" : line.seen?.seats.find((one) => one.name === name)?.title ?? name);
const seats = new Map();
const links = new Map();
const aloud = (message) => notice(message.type === "refused" ? `Refused: ${words(message.errors)}` : "");

function show(seen) {
  head(seen);
  const playing = seen.state === "playing" || seen.state === "paused", over = seen.state === "over";
  at("missing").textContent = seen.state === "ended" ? "The game has ended." : over ? "All months have been played."
    : seen.missing.length ? `Still to commit: ${seen.missing.map(titleOf).join(", ")}.`
      : seen.pace === "all-in" || line.sending("adjudicate") ? "All have committed: the month is being played." : "All have committed.";
  at("trouble").hidden = !seen.trouble;
  at("trouble").textContent = seen.trouble;
  at("adjudicate").disabled = seen.state !== "playing" || line.sending("adjudicate");
  at("pause").disabled = !playing || line.sending("pause") || line.sending("resume");
  at("pause").textContent = seen.state === "paused" ? "Play on" : "Pause";
  at("lock").disabled = seen.state === "ended" || line.sending("lock");
  at("lock").textContent = seen.locked ? "Unlock orders" : "Lock orders";
  at("lock-says").textContent = !playing ? "" : seen.locked
    ? `Locked, until you unlock: what is committed stands. ${seen.missing.length ? `${seen.missing.map(titleOf).join(", ")} may still commit, once.` : ""}`
    : "Whoever has committed may change it until the month is played. Locked, what is committed stands; who has not committed still may, once.";
  at("reveal").disabled = Boolean(seen.revealed) || line.sending("reveal");
  at("end").disabled = seen.state === "ended" || line.sending("end");
  at("after").hidden = playing;
  at("after-command").textContent = facts.after;
  afterwards(seen);
  cards(at("cards"), seen.revealed, titleOf);
  for (const one of seen.seats) seatShown(seen, one);
  news(seen);
  channels(seen, titleOf);
  lines(seen);
  injecting(seen);
  at("remembered-fold").hidden = seen.remembered.length === 0;
  fill(at("remembered"), ...seen.remembered.flatMap((one) => [el("dt", {}, `${titleOf(one.by)}, month ${dated(one.month)}`), el("dd", {}, one.text)]));
  const rows = [
    ...seen.forecasts.map((one) => [titleOf(one.seat), `${readable(one.event)} by month ${one.until}`, `${plain(100 * one.probability)} percent`, one.month]),
    ...seen.guesses.map((one) => [titleOf(one.seat), `${titleOf(one.of)} follows`, Object.entries(one.weights).map(([name, weight]) => `${ruled(name)} ${plain(100 * weight)} percent`).join(", "), one.month]),
  ];
  fill(at("forecasts"), rows.length ? el("table", { class: "prose" }, el("thead", {}, el("tr", {}, ...["Seat", "What", "How likely", "Said in month"].map((one) => el("th", { scope: "col" }, one)))),
    el("tbody", {}, ...rows.map(([who, ...more]) => el("tr", {}, el("th", { scope: "row" }, who), ...more.map((one) => el("td", { class: "text" }, String(one))))))) : el("p", {}, "None yet."));
}

// --- seats ------------------------------------------------------------------------------------------------------------------

const LINKS = { unused: "link not used yet", used: "seated", none: "no link" };
const linkOf = (seen, one) => LINKS[one.link] + (one.link !== "used" || seen.present.includes(one.name) ? "" : ", no page open");

function seatShown(seen, one) {
  if (!seats.has(one.name)) seats.set(one.name, seatMade(one));
  const here = seats.get(one.name);
  const ordering = facts.orderingSeats.includes(one.name) && facts.orderingPlayers.includes(one.player);
  const done = seen.state === "over" || seen.state === "ended";
  here.state.textContent = `${ordering ? [one.committed ? "has committed" : done ? "" : "is still thinking", linkOf(seen, one)].filter(Boolean).join(", ") : linkOf(seen, one)}`;
  here.state.classList.toggle("there", one.committed);
  const sits = facts.players[one.name];
  choices(here.player, Object.entries(one.player in sits ? sits : { ...sits, [one.player]: one.player === "hidden" ? "A theory nobody is told" : readable(one.player) }));
  if (document.activeElement !== here.player && here.now !== one.player) { here.player.value = one.player; here.now = one.player; }
  fill(here.orders, ...(one.orders === null ? [] : [el("h3", {}, "Committed for this month"), el("pre", {}, one.orders.trim() || "no orders")]));
  given(here.given, one.given);
  fill(here.standing, ...(one.standing.length ? [el("h3", {}, "In force now"), el("ul", {}, ...one.standing.map((stands) => el("li", {}, stands.says)))] : []));
  fill(here.seen, el("tbody", {}, ...one.readings.filter((reading) => reading.name !== "months").map((reading) => el("tr", {}, el("th", { scope: "row" }, `${reading.name.includes(".") ? `${titleOf(reading.name.split(".")[0])}: ` : ""}${reading.says}`),
    el("td", {}, valued(reading, reading.value), el("span", { class: "unit" }, ` ${unit(reading, reading.value)}`))))));
}

function seatMade(one) {
  const state = el("span"), orders = el("div"), past = el("dl", { class: "given" }), standing = el("div", { class: "force" }), seen = el("table");
  const player = el("select", { "aria-label": `Who plays ${one.title}` });
  const here = { state, orders, given: past, standing, seen, player, now: null };
  player.addEventListener("change", () => {
    const chosen = player.value;
    line.act("seat", { seat: one.name, player: chosen }, (message) => { aloud(message); if (message.type === "refused") { player.value = here.now; } else here.now = chosen; });
  });
  const renew = el("button", { type: "button" }, "New link");
  line.form("renew", { seat: one.name }, renew, (message) => {
    aloud(message);
    if (message.type === "link") linked(one, message.token);
  });
  twice(renew, "Shut out whoever sits there?", () => line.act("renew", { seat: one.name }), () => line.seen.seats.some((other) => other.name === one.name && other.link === "none"));
  const only = Object.keys(facts.players[one.name]).length;
  const box = el("div", { class: "seat" },
    el("div", { class: "head" }, el("b", {}, one.title), state),
    el("div", { class: "row" }, one.kind === "observer" || only < 2 ? "" : el("label", {}, "Played by", player), renew),
    orders,
    el("details", {}, el("summary", {}, "What this seat sees, what is in force for it, and what it has ordered"), standing, past, seen));
  if (one.kind === "observer") { observers().append(box); } else at("seats").append(box);
  return here;
}

function observers() {
  let fold = at("observers");
  if (!fold) { fold = el("details", { id: "observers" }, el("summary", {}, "Observers")); at("seats").append(fold); }
  return fold;
}

// A link is shown once, here: nothing keeps it.
function linked(one, token) {
  links.set(one.name, location.origin + facts.join + token);
  fill(at("links"), el("p", {}, "Links, each for one seat and to be used once. They are shown here alone."), ...[...links].map(([name, text]) => el("div", { class: "link" },
    el("b", {}, titleOf(name)), el("input", { readonly: true, value: text, "aria-label": `Link for ${titleOf(name)}`, "data-link": name }), el("button", { type: "button", "data-copy": name }, "Copy"))));
  at("links").hidden = false;
  const made = at("links").querySelector(`[data-link="${one.name}"]`);  // the seat may be far below
  made.scrollIntoView({ block: "center" });
  made.focus({ preventScroll: true });
  for (const button of at("links").querySelectorAll("[data-copy]")) button.onclick = () => copy(button);
}

function copy(button) {
  const field = at("links").querySelector(`[data-link="${button.dataset.copy}"]`);
  field.select();
  const done = () => { button.textContent = "Copied"; setTimeout(() => { button.textContent = "Copy"; }, 2000); };
  if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done, () => document.execCommand("copy") && done());
  else if (document.execCommand("copy")) done();
}

// --- the month --------------------------------------------------------------------------------------------------------------

let asked = 0;  // the month of which it was asked: another one is not played by the second press
twice(at("adjudicate"), () => { asked = line.seen.month; return `${line.seen.missing.map(titleOf).join(", ")}: not committed. Play all the same?`; },
  () => { const month = asked || line.seen.month; asked = 0; line.act("adjudicate", { month }, (message) => { aloud(message); show(line.seen); }); show(line.seen); }, () => { if (!line.seen.missing.length) asked = 0; return !line.seen.missing.length; });
at("pause").addEventListener("click", () => line.act(line.seen.state === "paused" ? "resume" : "pause", {}, aloud));
at("lock").addEventListener("click", () => line.act("lock", { on: !line.seen.locked }, aloud));
twice(at("reveal"), "Really open them to everybody?", () => line.act("reveal", {}, aloud));
twice(at("end"), "Really end it?", () => line.act("end", {}, aloud));

// --- after the game ---------------------------------------------------------------------------------------------------------

const after = { of: "", making: false };

// Which game there would be a page of: of another one the page is made anew.
const gameOf = (seen) => JSON.stringify([seen.line, seen.month, seen.state, seen.forecasts.length]);
function afterwards(seen) {
  const of = gameOf(seen);
  if (after.of !== of && !after.making) { after.of = of; at("after-page").hidden = true; at("after-told").textContent = ""; }
  at("after-make").hidden = !at("after-page").hidden;
  at("after-make").disabled = after.making || !seen.revealed || (seen.month === 1 && seen.lines.every((one) => one.months === 0));
  if (!seen.revealed) at("after-told").textContent = "Open the cards first: the page says what was hidden.";
  else if (at("after-told").textContent.startsWith("Open the cards")) at("after-told").textContent = "";
}

// Ask for the page until it is there.
async function made() {
  after.making = true;
  let found = null;
  try { found = await (await fetch("after", { method: "POST" })).json(); } catch { /* asked again */ }
  after.making = !found || found.state === "making";
  const refused = found?.type === "refused" ? words(found.errors) : found?.state === "failed" ? found.says : "";
  at("after-told").textContent = found === null ? "The server does not answer. It is asked again." : refused || (after.making ? found.says : "It is there.");
  at("after-told").classList.toggle("refused", Boolean(refused));
  if (found?.state === "made") { after.of = gameOf(line.seen); at("after-page").hidden = false; at("after-page").focus(); }
  if (after.making) setTimeout(made, found ? 1000 : 4000);
  afterwards(line.seen);
}
at("after-make").addEventListener("click", made);

// --- inject -----------------------------------------------------------------------------------------------------------------

keep(at("inject-text"), "inject");

// What the timetable has for this month and the next, and what was due and is not told; a button writes it into the form, and asks first where something is written there.
function timetable(seen) {
  const here = facts.injects.filter((one) => one.month === seen.month || one.month === seen.month + 1 || (one.month < seen.month && !toldIn(seen, one.text)));
  const rows = here.map((one) => ({ ...one, told: toldIn(seen, one.text) }));
  const key = JSON.stringify([seen.month, rows]);
  at("timetable").hidden = !rows.length || seen.state === "ended" || seen.state === "over";
  if (at("timetable").dataset.of === key) return;
  at("timetable").dataset.of = key;
  at("timetable").replaceChildren(el("h3", {}, "From the timetable"), ...rows.map((one) => {
    const button = el("button", { type: "button" }, "Write it into the form");
    twice(button, "Replace what is written there?", () => written(one), () => ["", one.text].includes(at("inject-text").value.trim()));
    const to = one.to.length ? one.to.map(titleOf).join(", ") : "everybody";
    return el("div", { class: "warned" }, el("b", {}, `${one.month === seen.month ? "This month" : one.month < seen.month ? `Due since month ${dated(one.month)}` : `Month ${dated(one.month)}`}, to ${to}${one.told ? ` (told in month ${one.told})` : ""}: `), one.text, " ", button);
  }));
}
// The month in which a text was told already; 0 where it was not.
const toldIn = (seen, text) => seen.news.find((one) => one.text === text.trim())?.month ?? 0;

// What is to be asked before something is told or decided: that it was told already, that it is not due now, that the event is decided already.
function doubts(seen, text, event) {
  const due = facts.injects.find((one) => one.text === text.trim()), before = text.trim() ? toldIn(seen, text) : 0;
  return [
    before ? `This was told already in month ${before}.` : "",
    due && due.month !== seen.month ? `By the timetable it ${due.month > seen.month ? "is" : "was"} due in month ${dated(due.month)}; this is month ${seen.month}.` : "",
    event && event in seen.decrees ? `${facts.events[event] ?? event} is decided already for this month; this decides it anew.` : "",
  ].filter(Boolean).join(" ");
}
function written(one) {
  at("inject-text").value = one.text;
  kept.set("inject", one.text);
  for (const box of at("inject-to").querySelectorAll("input")) box.checked = one.to.includes(box.value);
  doubt("", "");
  at("inject-told").textContent = "";
  at("inject-text").focus();
}
function injecting(seen) {
  if (!at("inject-to").children.length) at("inject-to").append(...[...seen.seats.filter((one) => one.kind !== "observer"), { name: "observers", title: "Observers" }].map((one) => el("label", {}, el("input", { type: "checkbox", value: one.name }), one.title)), el("span", { class: "told" }, "none chosen: everybody"));
  timetable(seen);
  choices(at("inject-event"), [["", "none"], ...Object.entries(facts.events)]);
  fill(at("decrees"), ...Object.entries(seen.decrees).map(([name, fate]) => el("li", {}, `${facts.events[name] ?? name}: ${fate === "now" ? "happens this month, if it can" : "does not happen this month"}`)));
}
at("inject").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("inject-text").value, chosen = at("inject-event").value;
  const to = [...at("inject-to").querySelectorAll("input:checked")].map((one) => one.value);
  const fields = { ...(text.trim() ? { text, to } : {}), ...(chosen ? { event: chosen, fate: at("inject-fate").value } : {}) };
  if (!text.trim() && !chosen) { at("inject-told").textContent = "Write news, or choose an event."; return; }
  const asks = doubts(line.seen, text, chosen);
  if (asks && doubted.of !== JSON.stringify([fields, asks])) { doubt(JSON.stringify([fields, asks]), `${asks} Press again to do it all the same.`); return; }
  doubt("", "");
  line.act("inject", fields);
});
// Whether the form asks once more, and of what.
const doubted = { of: "" };
function doubt(of, says) {
  if (doubted.of || of) at("inject-told").textContent = says;
  doubted.of = of;
  const button = at("inject").querySelector(".fields button");
  button.textContent = of ? "Inject all the same" : "Inject";
  button.classList.toggle("sure", Boolean(of));
}
at("inject").addEventListener("input", () => doubt("", ""));
line.form("inject", {}, at("inject").querySelector(".fields button"), (message, sent) => {
  if (!told(at("inject-told"), message, "Injected.")) return;
  if (at("inject-text").value === (sent.text ?? "")) { at("inject-text").value = ""; kept.set("inject", ""); }
  at("inject-event").value = "";
  for (const box of at("inject-to").querySelectorAll("input")) box.checked = false;
});

// --- lines ------------------------------------------------------------------------------------------------------------------

keep(at("branch-line"), "branch");
function lines(seen) {
  const number = (count) => `${count} month${count === 1 ? "" : "s"}`;
  at("lines").textContent = seen.lines.length > 1 ? `Lines: ${seen.lines.map((one) => `${one.name} (${number(one.months)}${one.name === seen.line ? ", being played" : ""})`).join(", ")}.` : "One line of play so far.";
  const played = seen.lines.find((one) => one.name === seen.line).months;
  choices(at("undo-to"), Array.from({ length: played }, (_, i) => [String(played - i), `month ${dated(played - i)}`]));
  undoing();
  at("undo").disabled = played === 0 || seen.state === "ended" || line.sending("undo");
  choices(at("branch-origin"), [...seen.lines].reverse().map((one) => [one.name, one.name]));
  leaving();
}
function leaving() {
  const origin = line.seen.lines.find((one) => one.name === at("branch-origin").value) ?? line.seen.lines[0];
  const where = (month) => (month > line.seen.months ? "after the last month" : `before month ${dated(month)}`);
  choices(at("branch-at"), Array.from({ length: origin.months + 1 }, (_, i) => [String(origin.months + 1 - i), where(origin.months + 1 - i)]));
}
at("branch-origin").addEventListener("change", leaving);
// What would be taken back, and what becomes of what.
function undoing() {
  const seen = line.seen, to = Number(at("undo-to").value), last = seen.month - 1;
  at("undo-says").textContent = !to ? "" : `This takes back ${monthsOf(to, last)}, and month ${to} is played again. Orders, news and forecasts of ${to === last ? "that month" : "those months"} are gone`
    + `${seen.month <= seen.months ? `, and what is committed for month ${seen.month}` : ""}. What was said in channels and guessed stays; so does what a seat has written and not committed, in its browser. The transcript keeps all of it.`;
}
at("undo-to").addEventListener("change", undoing);
let back = 0;  // to which month it was asked: another one is not taken back by the second press
twice(at("undo"), () => { back = Number(at("undo-to").value); return `Really take back ${monthsOf(back, line.seen.month - 1)}?`; }, () => {
  const to = back, last = line.seen.month - 1, where = placed(line.seen.line, to);
  line.act("undo", { to }, (message) => told(at("lines-told"), message, `${capital(monthsOf(to, last))} ${to === last ? "is" : "are"} taken back. Month ${to} is being played again; every seat is told.`, where));
});
at("branch").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = at("branch-line").value.trim();
  if (!name) { at("lines-told").textContent = "A line needs a name, such as what-if."; return; }
  const month = Number(at("branch-at").value);
  line.act("branch", { line: name, at: month, origin: at("branch-origin").value });
});
line.form("branch", {}, at("branch").querySelector("button"), (message, sent) => {
  if (told(at("lines-told"), message, `The line ${sent.line} is being played.`, placed(sent.line, sent.at))) { at("branch-line").value = ""; kept.set("branch", ""); }
});

line.onseen = show;
line.open();
