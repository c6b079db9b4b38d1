// A seat: what it sees, what it orders, says and forecasts.

let orders = null;
let draft = kept.get("orders", { text: "", month: 0, line: "", sent: null });
const titleOf = (name) => (name === "facilitator" ? "Facilitator" : line.seen?.seats.find((one) => one.name === name)?.title ?? name);

function show(seen) {
  at("who").textContent = seen.seat.title;
  head(seen);
  moved(seen);
  ordering(seen);
  fill(at("seats"), ...seen.seats.filter((one) => one.kind !== "observer").map((one) => {
    const awaited = one.person && ["owner", "patron", "client"].includes(one.kind);
    const done = seen.state === "over" || seen.state === "ended";
    const says = done && one.person ? "" : one.person && !one.taken ? "is not here yet" : !awaited ? (one.person ? "talks" : "plays by itself") : one.committed ? "has committed" : "is still thinking";
    return el("li", { class: one.committed ? "there" : "" }, el("span", {}, one.title + (one.name === seen.seat.name ? " (you)" : "")), el("span", {}, says));
  }));
  at("role-fold").hidden = !seen.role;
  at("role").textContent = seen.role;
  news(seen);
  readings(seen);
  channels(seen, titleOf);
  forecasts(seen);
  debrief(seen);
  guesses(seen);
  outcome(seen);
  at("cards-part").hidden = !seen.revealed;
  cards(at("cards"), seen.revealed, titleOf);
  at("end-part").hidden = !facts.training || seen.state === "ended";
  at("end").disabled = line.sending("end");
}

// Months that were taken back, or another line, are not passed over in silence. It is said until the next month.
function moved(seen) {
  const last = kept.get("seen", null), now = { line: seen.line, month: seen.month, says: last?.says ?? "" };
  if (last && last.line !== now.line) now.says = `The facilitator has gone over to the line ${now.line}, in month ${now.month}.`;
  else if (last && now.month !== last.month) now.says = "";
  if (JSON.stringify(last) !== JSON.stringify(now)) kept.set("seen", now);
  const { first, last: end } = seen.undone ?? {}, months = seen.undone ? monthsOf(first, end) : "";
  const back = seen.undone ? `The facilitator took back ${months}: month ${first} is played again. What was ordered, told and forecast in ${first === end ? "it" : "them"} is gone`
    + `${end < seen.months ? `, and so is what was committed for month ${end + 1}` : ""}; what was said and guessed stays.${seen.orders.keys.length ? " What you had written and not committed stays here." : ""}` : "";
  const says = [now.says, back].filter(Boolean).join(" ");
  at("moved").hidden = !says;
  at("moved").textContent = says;
}

// --- orders -----------------------------------------------------------------------------------------------------------------

function ordering(seen) {
  const may = seen.orders.keys.length > 0;
  at("ordering").hidden = !may;
  if (!may) { at("orders-state").textContent = "This seat orders nothing: the channels are what it has."; return; }
  if (!orders) {
    orders = new Orders(seen.orders.keys, () => written());
    at("example").textContent = { owner: "rung: training", patron: "support: 5", client: "ask: true" }[seen.seat.kind];
    if (!draft.text && draft.month === 0 && seen.orders.committed) draft = { text: seen.orders.committed, month: seen.month, line: seen.line, sent: seen.orders.committed };
    orders.value = draft.text;
  }
  const here = draft.month === seen.month && draft.line === seen.line;
  const sent = here ? seen.orders.committed : draft.line === seen.line ? seen.orders.given.find((one) => one.month === draft.month)?.text : null;
  if (sent !== null && sent === draft.text) draft.sent = draft.text;  // also where the answer came to a page that is gone
  if (!here && (draft.text === "" || draft.text === draft.sent)) {  // nothing of it is half-written: it was sent, and its month is over
    draft = { text: seen.orders.committed ?? "", month: seen.month, line: seen.line, sent: seen.orders.committed };
    kept.set("orders", draft);
    orders.value = draft.text;
  }
  given(at("given"), seen.orders.given);
  at("given-fold").hidden = seen.orders.given.length === 0;
  at("standing-fold").hidden = seen.standing.length === 0;
  fill(at("standing"), ...seen.standing.map((one) => el("li", {}, one.says)));
  state(seen);
}

// Somebody has written: it is kept, as it is.
function written() {
  if (draft.month === 0) Object.assign(draft, { month: line.seen.month, line: line.seen.line });
  draft.text = orders.value;
  if (draft.text === "") Object.assign(draft, { month: line.seen.month, line: line.seen.line, sent: null });  // nothing is left of another month
  kept.set("orders", draft);
  state(line.seen);
}

// What the server says of what is written: what of it would not be carried out as it is ordered.
const looked = { of: "", remarks: [], asking: "", timer: 0, fresh: false };
const TO_READ = 700;  // milliseconds in which what has just been said of the orders cannot be pressed away
const lookedAt = (text) => `${placed(line.seen.line, line.seen.month)} ${text}`;
function look(text, then = () => {}) {
  const of = looked.asking = lookedAt(text);
  clearTimeout(looked.timer);
  line.ask("check", { orders: text }, (answer) => {
    if (answer?.type === "checked" && of === lookedAt(orders.value)) {
      Object.assign(looked, { of, remarks: answer.remarks, fresh: answer.remarks.length > 0 });
      if (looked.fresh) setTimeout(() => { looked.fresh = false; state(line.seen); }, TO_READ);
    }
    state(line.seen);
    then(answer);
  });
}
function remarked(seen, committed, text) {
  const of = lookedAt(text), playing = seen.state === "playing" || seen.state === "paused";
  if (committed === text) return seen.orders.remarks;
  if (looked.of === of) return looked.remarks;
  if (text.trim() && playing && looked.asking !== of) {
    clearTimeout(looked.timer);
    looked.timer = setTimeout(() => { if (lookedAt(orders.value) === of) look(text); }, 500);
  }
  return [];
}

function state(seen) {
  const committed = seen.orders.committed, text = orders.value;
  const remarks = remarked(seen, committed, text);
  orders.remark(remarks);
  const stale = draft.month !== seen.month || draft.line !== seen.line;
  at("stale").hidden = !stale;
  if (stale) {
    fill(at("stale"), `You began this in month ${draft.month}${draft.line === seen.line ? "" : ` of the line ${draft.line}`}; month ${seen.month} is being played.`,
      el("button", { type: "button", id: "keep-draft" }, "Keep it for this month"), el("button", { type: "button", id: "drop-draft" }, "Drop it"));
    at("keep-draft").onclick = () => { Object.assign(draft, { month: seen.month, line: seen.line, sent: null }); kept.set("orders", draft); state(line.seen); };
    at("drop-draft").onclick = () => { draft = { text: "", month: seen.month, line: seen.line, sent: null }; kept.set("orders", draft); orders.value = ""; state(line.seen); };
  }
  const playing = seen.state === "playing", fixed = seen.locked && committed !== null;
  const sending = line.sending("commit", { month: seen.month });
  const says = seen.state === "paused" ? "The game is paused. What you write is kept." : !playing ? "No more orders are taken."
    : sending ? "Sent, and not answered yet: whoever commits last waits until the month is played."
    : committed === null ? `Not committed yet for month ${seen.month}.${seen.locked ? " Orders are locked: you may commit once, and not change it then." : ""}`
      : committed === text ? (fixed ? "Committed, and locked." : "Committed. You may change it until the month is played, unless orders are locked.")
        : `Committed: ${committed.trim() ? committed.trim().replace(/\n/g, "; ") : "no orders"}. ${fixed ? "Orders are locked: that stands." : "What is written now differs, and has not been sent."}`;
  at("orders-state").textContent = says;
  const wrong = orders.errors.length > 0 && playing;  // what was refused has changed nothing
  at("orders-stands").hidden = !wrong;
  at("orders-stands").textContent = !wrong ? "" : committed === null ? `Refused: nothing is committed for month ${seen.month} yet.`
    : `Refused: what you committed before stands and will be played (${committed.trim() ? committed.trim().replace(/\n/g, "; ") : "no orders"}), until other orders are accepted.`;
  const all = remarks.length && committed !== text ? " all the same" : "";
  at("commit").textContent = text.trim() ? (committed === null ? `Commit${all}` : `Commit these instead${all}`) : committed === null ? "Order nothing this month" : "Order nothing instead";
  at("commit").disabled = !playing || sending || fixed || stale || (looked.fresh && remarks.length > 0) || (committed !== null && committed === text);
  at("clear").disabled = text === "";
}

at("commit").addEventListener("click", () => {
  const text = orders.value, { month, line: on } = line.seen;
  if (text.length > facts.mostOrders) { orders.refused([{ message: `${text.length} letters`, expected: `At most ${facts.mostOrders}`, line: 0 }]); state(line.seen); return; }
  if (!text.trim() || looked.of === lookedAt(text)) { send(text, month, on); return; }
  at("commit").disabled = true;  // what is not carried out as it is ordered is said before it is sent; it is sent by a second press
  look(text, (answer) => {
    if (orders.value !== text) return;
    if (!(answer?.type === "checked" && answer.remarks.length)) send(text, month, on);
  });
});
function send(text, month, on) {
  line.act("commit", { month, orders: text }, (message) => {
    const refused = message.type === "refused";
    if (draft.month !== month || draft.line !== on) {  // what is written now is of another month, and is left alone
      if (refused) notice(`Your orders for month ${month} were refused: ${words(message.errors)}`);
      return;
    }
    orders.refused(refused ? message.errors : []);
    if (!refused) { draft.sent = text; kept.set("orders", draft); }
    if (line.seen) state(line.seen);
  });
}
at("clear").addEventListener("click", () => { orders.value = ""; written(); });

// --- what is seen -----------------------------------------------------------------------------------------------------------

function readings(seen) {
  const groups = new Map();
  for (const one of seen.readings) {
    if (one.name === "months") continue;
    const actor = one.name.includes(".") ? one.name.split(".")[0] : "";
    groups.set(actor, [...(groups.get(actor) ?? []), one]);
  }
  const rows = [...groups].flatMap(([actor, found]) => {
    const never = found.filter((one) => one.value === false && !(seen.history[one.name] ?? []).includes(true));
    return [
      el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: "4" }, actor ? titleOf(actor) : "The war")),
      ...found.filter((one) => !never.includes(one)).map((one) => row(seen, one)),
      ...(never.length ? [el("tr", { class: "never" }, el("td", { colspan: "4" }, el("b", {}, "Not so far: "), never.map((one) => lower(one.says.replace(/ last month$/, ""))).join("; ")))] : []),
    ];
  });
  fill(at("readings"), el("table", { class: "readings" }, el("thead", {}, el("tr", {}, ...["What", "Now", "How it is seen", "Since the start"].map((one) => el("th", { scope: "col" }, one)))), el("tbody", {}, ...rows)));
}

const lower = (text) => (/^[A-Z][a-z ]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text);

function row(seen, one) {
  const past = seen.history[one.name] ?? [];
  const before = past.length > 1 ? past[past.length - 2] : one.value;
  const now = valued(one, one.value), was = valued(one, before), says = one.says, measured = unit(one, one.value);
  const range = (low, high) => (typeof one.value === "number" ? `, lowest ${valued(one, low)}, highest ${valued(one, high)}` : "");
  return el("tr", { class: now === was ? "" : "moved" },
    el("th", { scope: "row" }, says),
    el("td", {}, el("b", {}, now), measured ? el("span", { class: "unit" }, ` ${measured}`) : "", now === was ? "" : el("small", {}, `was ${was}`)),
    el("td", {}, one.seen === "exact" ? "exactly" : one.seen),
    el("td", {}, course(past, (low, high) => `${says}: from ${valued(one, past[0])} to ${now} in ${past.length - 1} months${range(low, high)}`, typeof one.value === "boolean" || ["0-1", "share"].includes(one.unit))));
}

// --- forecasts and guesses --------------------------------------------------------------------------------------------------

keep(at("forecast-chance"), "forecast chance");
for (const name of ["event", "by"]) at(`forecast-${name}`).addEventListener("change", () => kept.set(`forecast ${name}`, at(`forecast-${name}`).value));

function forecasts(seen) {
  const months = facts.dates.map((_, i) => i + 1).filter((month) => month >= seen.month);
  const first = !at("forecast-by").dataset.options;
  choices(at("forecast-event"), Object.entries(facts.forecasts));
  choices(at("forecast-by"), months.map((month) => [String(month), `month ${dated(month)}`]));
  if (first) for (const name of ["event", "by"]) {
    const before = kept.get(`forecast ${name}`, null), field = at(`forecast-${name}`);
    if (before && [...field.options].some((one) => one.value === before)) field.value = before;
  }
  at("forecast").hidden = !months.length || seen.state === "ended";
  fill(at("forecasts"), ...seen.forecasts.map((one) => el("li", {}, `${facts.forecasts[one.event] ?? one.event} by the end of month ${one.by}: ${plain(100 * one.probability)} percent (said in month ${one.month})`)).reverse());
}

// A chance in percent as it is typed; NaN where it is none.
function chance(text) {
  const value = text.trim().replace(/\s*%$/, "").replace(",", ".");
  return /^\d+(\.\d+)?$/.test(value) && Number(value) <= 100 ? Number(value) / 100 : NaN;
}

at("forecast").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = at("forecast-chance"), probability = chance(field.value);
  field.setAttribute("aria-invalid", String(Number.isNaN(probability)));
  if (Number.isNaN(probability)) { at("forecast-told").textContent = "A chance is a number from 0 to 100."; return; }
  line.act("forecast", { event: at("forecast-event").value, by: Number(at("forecast-by").value), probability });
});
line.form("forecast", {}, at("forecast").querySelector("button"), (message, sent) => {
  const field = at("forecast-chance");
  if (told(at("forecast-told"), message, "Recorded.") && chance(field.value) === sent.probability) { field.value = ""; kept.set("forecast chance", ""); }
});

// --- for the debrief ----------------------------------------------------------------------------------------------------------

keep(at("debrief-text"), "debrief text");

function debrief(seen) {
  at("debrief").hidden = at("debrief-says").hidden = Boolean(seen.revealed);
  at("debrief-part").hidden = Boolean(seen.revealed) && seen.remembered.length === 0;
  fill(at("debrief-kept"), ...[...seen.remembered].reverse().flatMap((one) => [el("dt", {}, `Written in month ${dated(one.month)}`), el("dd", {}, one.text)]));
}

at("debrief").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("debrief-text").value;
  if (!text.trim()) { at("debrief-told").textContent = "Nothing is written."; return; }
  line.act("remember", { text });
});
line.form("remember", {}, at("debrief").querySelector("button"), (message, sent) => {
  const field = at("debrief-text");
  if (told(at("debrief-told"), message, "Kept.") && field.value === sent.text) { field.value = ""; kept.set("debrief text", ""); }
});

// What the game came to, once it is over and the cards are open.
function outcome(seen) {
  const found = seen.revealed?.outcome;
  at("outcome-part").hidden = !found;
  if (!found) return;
  fill(at("outcome-says"), ...found.says.map((one) => el("li", {}, one)));
  fill(at("outcome-measures"), ...found.measures.map((one) => el("tr", {}, el("th", { scope: "row" }, one.says), el("td", {}, one.value), el("td", {}, one.worth))));
  at("outcome-kept-head").hidden = found.remembered.length === 0;
  fill(at("outcome-kept"), ...found.remembered.flatMap((one) => [el("dt", {}, `${titleOf(one.by)}, month ${dated(one.month)}`), el("dd", {}, one.text)]));
}

const guessing = new Map();
function guesses(seen) {
  at("hidden-part").hidden = seen.hidden.length === 0;
  for (const one of seen.hidden) {
    if (!guessing.has(one.seat)) guessing.set(one.seat, guess(one));
    const here = guessing.get(one.seat);
    here.button.disabled = Boolean(seen.revealed) || line.sending("guess", { of: one.seat });
    here.said.textContent = one.guess === null ? "" : `You said: ${one.theories.filter((theory) => one.guess[theory.name]).map((theory) => `${ruled(theory.name)} ${plain(100 * one.guess[theory.name])} percent`).join(", ")}.`;
  }
}

function guess(one) {
  const sum = el("p", { class: "told", role: "status" }), said = el("p", { class: "told" }), button = el("button", {}, "Say so");
  const fields = one.theories.map((theory) => {
    const id = `guess-${one.seat}-${theory.name}`;
    const field = keep(el("input", { id, inputmode: "decimal", autocomplete: "off" }), `guess ${one.seat} ${theory.name}`);
    field.addEventListener("input", () => add());
    return [theory, field, el("div", { class: "theory" }, el("label", { for: id }, ruled(theory.name), el("small", {}, theory.says)), field)];
  });
  const total = () => fields.reduce((found, [, field]) => found + (field.value.trim() ? chance(field.value) : 0), 0);
  const add = () => { const found = total(); sum.classList.remove("refused"); sum.textContent = Number.isNaN(found) ? "Numbers from 0 to 100." : `Together ${plain(100 * found)} percent${Math.abs(found - 1) < 1e-9 ? "." : ", and not yet 100."}`; };
  const form = el("form", { onsubmit: (event) => {
    event.preventDefault();
    const found = total();
    if (!(Math.abs(found - 1) < 1e-6)) { add(); return; }
    const weights = Object.fromEntries(fields.filter(([, field]) => field.value.trim()).map(([theory, field]) => [theory.name, chance(field.value)]));
    line.act("guess", { of: one.seat, weights }, (message) => told(sum, message, "Recorded."));
  } }, el("h3", {}, `${titleOf(one.seat)} follows one of these. How likely is each, in percent?`), ...fields.map(([, , box]) => box), el("p", { class: "row" }, button), sum, said);
  at("hidden").append(form);
  return { button, said };
}

twice(at("end"), "Really end it?", () => line.act("end", {}, (message) => { if (message.type === "refused") notice(words(message.errors)); }));

line.onseen = show;
line.open();
