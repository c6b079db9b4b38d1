// What a seat's page and the facilitator's share: the line to the server, what is kept in this browser, and how things are drawn.
// What somebody writes is theirs: nothing that comes in touches it.

const facts = JSON.parse(document.getElementById("facts").textContent);
const at = (id) => document.getElementById(id);

// --- what is kept -----------------------------------------------------------------------------------------------------------

const PREFIX = `countermove ${location.pathname} `;
const kept = {
  get(name, otherwise) {
    try { const text = localStorage.getItem(PREFIX + name); return text === null ? otherwise : JSON.parse(text); } catch { return otherwise; }
  },
  set(name, value) {
    try { localStorage.setItem(PREFIX + name, JSON.stringify(value)); } catch { notice("This browser keeps nothing: what you write is lost when you leave the page."); }
  },
};

// Keep what is written into a field, and put back what was written before.
function keep(field, name) {
  const before = kept.get(name, null);
  if (typeof before === "string") field.value = before;
  field.addEventListener("input", () => kept.set(name, field.value));
  return field;
}

// --- elements ---------------------------------------------------------------------------------------------------------------

// Texts become text, never markup.
function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((one) => one !== null && one !== ""));
  return made;
}

// Put other children into an element, unless they read the same: a reader who is there is not thrown out.
function fill(element, ...children) {
  const next = el("div", {}, ...children);
  if (element.innerHTML !== next.innerHTML) element.replaceChildren(...next.childNodes);
}

// The choices of a list, with what was chosen; who has chosen nothing has the first.
function choices(select, options) {
  const chosen = select.selectedIndex > 0 ? select.value : null;
  const text = JSON.stringify(options);
  if (select.dataset.options === text) return;
  select.dataset.options = text;
  select.replaceChildren(...options.map(([value, says]) => el("option", { value }, says)));
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}

// A button that asks once more before it does what cannot be overlooked. The question may be a function.
function twice(button, question, act, sure = () => false) {
  const says = button.textContent;
  let timer = 0;
  const back = () => { clearTimeout(timer); timer = 0; button.textContent = says; button.classList.remove("sure"); };
  button.addEventListener("click", () => {
    if (timer || sure()) { back(); act(); return; }
    button.textContent = typeof question === "string" ? question : question();
    button.classList.add("sure");
    timer = setTimeout(back, 6000);
  });
  button.addEventListener("blur", () => { if (timer) back(); });
}

function notice(text) { at("notice").textContent = text; at("notice").hidden = !text; }
const words = (errors) => errors.map((one) => {
  const more = one.suggestion ? `; did you mean ${one.suggestion}?` : "";
  const next = one.expected ? (one.line > 0 ? `; expected ${one.expected}` : `. ${one.expected}`) : "";
  return `${one.message}${next}${more}`;
}).join(" · ");

// --- numbers and courses ----------------------------------------------------------------------------------------------------

const formats = [3, 4].map((digits) => new Intl.NumberFormat("en", { maximumSignificantDigits: digits }));
const plain = (value, share) => formats[share ? 0 : 1].format(value).replace("-", "\u2212");
const readable = (name) => name.replace(/-/g, " ");
const ruled = (name) => facts.theories[name] ?? titled(name);  // what people call a theory
const titled = (name) => readable(capital(name));

// A value of a reading in words.
function valued(reading, value) {
  if (value === null) return "not known";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const [actor, what] = reading.name.includes(".") ? reading.name.split(/\.(?=[^.]*$)/) : ["", reading.name];
  const ladder = what === "rung" ? facts.ladders[actor] : undefined;
  if (ladder && Number.isInteger(value) && ladder[value]) return `${value}, ${readable(ladder[value])}`;
  if (reading.unit === "share") return `${plain(100 * value, true)}%`;
  if (people(reading)) return value > 0 && value < 1 ? "fewer than 1" : plain(Math.round(value));
  return plain(value, reading.unit === "0-1");
}
const people = (reading) => reading.unit.startsWith("persons");  // they are counted whole
const UNITS = { "0-1": "of 1", share: "" };
function unit(reading, value) {
  if (typeof value !== "number" || reading.name.endsWith(".rung")) return "";
  if (value === 0 && reading.unit.startsWith("thousand")) return "";
  return people(reading) && value > 0 && value < 1.5 ? reading.unit.replace("persons", "person") : UNITS[reading.unit] ?? reading.unit;
}

// The least and the greatest of what a picture shows: the whole of a scale from 0 to 1; else never so little that noise looks like change.
const LEAST = 0.05;
function scale(low, high, whole) {
  if (whole) return [Math.min(0, low), Math.max(1, high)];
  const span = Math.max(high - low, LEAST * Math.max(Math.abs(low), Math.abs(high))) || 1, middle = (low + high) / 2;
  return [middle - span / 2, middle + span / 2];
}

// The course of a reading over the months as a small picture, with its words. `whole`: the reading goes from 0 to 1.
function course(values, told, whole) {
  const numbers = values.map((one) => (typeof one === "boolean" ? Number(one) : one));
  const known = numbers.filter((one) => one !== null);
  if (values.length < 2 || known.length < 2) return "";
  const low = Math.min(...known), high = Math.max(...known), [least, most] = scale(low, high, whole);
  const x = (i) => 2 + (i * 116) / (values.length - 1), y = (v) => 26 - ((v - least) * 24) / (most - least);
  const NS = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(NS, "svg");
  const part = (tag, given) => { const made = document.createElementNS(NS, tag); for (const [k, v] of Object.entries(given)) made.setAttribute(k, v); drawn.append(made); };
  drawn.setAttribute("class", "course");
  drawn.setAttribute("viewBox", "0 0 120 28");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", told(low, high));
  part("line", { x1: 0, x2: 120, y1: 27.5, y2: 27.5 });
  const steps = typeof values[values.length - 1] === "boolean";
  let path = "", before = null;
  numbers.forEach((value, i) => {
    if (value === null) { before = null; return; }
    path += before === null ? `M${x(i)} ${y(value)}` : steps ? `H${x(i)}V${y(value)}` : `L${x(i)} ${y(value)}`;
    before = value;
  });
  part("path", { d: path });
  const last = numbers.length - 1;
  if (numbers[last] !== null) part("circle", { cx: x(last), cy: y(numbers[last]), r: 2.4 });
  return drawn;
}

// --- the line ---------------------------------------------------------------------------------------------------------------

const SILENCE = 45000, PAUSE = 4000, SOON = 1500;  // milliseconds
const newId = () => [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");  // an id
// What is done twice by being sent twice, and the field that tells one form of it from another, where there are several.
const ONCE = { say: "channel", inject: "", forecast: "", remember: "", guess: "of", commit: "month", branch: "", undo: "", adjudicate: "", renew: "seat", pause: "", resume: "", lock: "", reveal: "", end: "" };
const formOf = (type, fields) => `${type} ${fields[ONCE[type]] ?? ""}`;
// What was sent and not yet answered is kept, and sent again with the same id when the line is back: the server does it once.
const line = {
  socket: null, tries: 0, timer: 0, shut: false, greeted: false, seen: null, watch: 0,
  waiting: new Map(kept.get("waiting", []).map((one) => [one.id, one])),
  answers: new Map(),
  forms: new Map(),
  asked: new Map(),
  onseen: () => {},

  open() {
    clearTimeout(this.timer);
    if (this.shut || (this.socket && this.socket.readyState < 2)) return;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${location.pathname}socket`);
    this.socket = socket;
    this.greeted = false;
    socket.addEventListener("open", () => { this.heed(); });
    socket.addEventListener("message", (event) => this.take(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (event.code === 4401) { this.shut = true; this.say(`Not connected: ${event.reason}`, true); notice(`${event.reason}. What you have written stays in this browser.`); return; }
      this.tries += 1;
      const wait = Math.min(10000, 400 * 2 ** Math.min(this.tries, 6)) * (0.6 + 0.4 * Math.random());
      this.say(event.code === 4429 ? `Not connected: ${event.reason}` : "Connection lost: trying again. What you write is kept", true);
      this.timer = setTimeout(() => this.open(), wait);
    });
  },
  // Send once more what is not answered. A line that is silent all the while is dead, whatever the browser says: it is left for a new one.
  again() {
    for (const one of this.waiting.values()) this.socket.send(JSON.stringify(one));
    this.heed();
  },
  heed() {
    clearTimeout(this.watch);
    if (this.waiting.size) this.watch = setTimeout(() => this.leave(), SILENCE);
  },
  leave() {
    const socket = this.socket;
    if (!socket || !this.waiting.size || this.shut) return;
    this.socket = null;
    socket.close();
    this.say("The connection is silent: trying again. What you write is kept", true);
    this.open();
  },
  say(text, lost) { at("line").textContent = text; at("line").classList.toggle("lost", lost); },

  take(message) {
    this.heed();
    if (message.type === "observation" || message.type === "overview") {
      this.tries = 0;
      this.say("Connected", false);
      this.seen = message;
      this.onseen(message);
      if (!this.greeted) { this.greeted = true; this.again(); }  // its answers come to a page that shows where they belong
      return;
    }
    if (this.asked.has(message.id)) { this.asked.get(message.id)(message); return; }
    const sent = this.waiting.get(message.id);
    if (!sent) {  // refused before it was read: what waits is sent again
      if (message.type !== "refused") return;
      notice(words(message.errors));
      if (message.id === null) setTimeout(() => { if (this.socket && this.socket.readyState === 1) this.again(); }, PAUSE);
      return;
    }
    this.waiting.delete(message.id);
    kept.set("waiting", [...this.waiting.values()]);
    const answered = this.answers.get(message.id) ?? this.forms.get(formOf(sent.type, sent))?.then;
    this.answers.delete(message.id);
    if (answered && this.seen) answered(message, sent);
    else if (message.type === "refused") notice(`Sent before this page was opened, and refused: ${words(message.errors)}`);
    this.hold();
    this.heed();
  },

  // Whether one of this form was sent and is not answered yet: a second press would do it twice.
  sending(type, fields = {}) {
    return type in ONCE && [...this.waiting.values()].some((one) => formOf(one.type, one) === formOf(type, fields));
  },
  // A form: its button rests while one of it waits for an answer. `then` hears the answer, also to what was sent before the page was opened.
  form(type, fields, button, then) {
    this.forms.set(formOf(type, fields), { type, fields, button, then });
    button.disabled = this.sending(type, fields);
  },
  hold() {
    for (const { type, fields, button } of this.forms.values()) button.disabled = this.sending(type, fields);
    if (this.seen) this.onseen(this.seen);
  },

  // Ask what changes nothing; `then` hears the answer, or null where none comes soon.
  ask(type, fields, then) {
    if (!this.socket || this.socket.readyState !== 1) { then(null); return; }
    const id = newId();
    const end = (answer) => { clearTimeout(timer); this.asked.delete(id); then(answer); };
    const timer = setTimeout(() => end(null), SOON);
    this.asked.set(id, end);
    this.socket.send(JSON.stringify({ version: 1, type, id, ...fields }));
  },
  // Send an act once; `then` hears the answer, which may come after the line was lost and is back.
  act(type, fields, then = this.forms.get(formOf(type, fields))?.then) {
    if (this.sending(type, fields)) return;
    const id = newId();
    const message = { version: 1, type, id, ...fields };
    this.waiting.set(id, message);
    kept.set("waiting", [...this.waiting.values()]);
    this.answers.set(id, then);
    if (this.socket && this.socket.readyState === 1) { this.socket.send(JSON.stringify(message)); this.heed(); }
    else this.open();
    this.hold();
  },
};
addEventListener("online", () => line.open());
document.addEventListener("visibilitychange", () => { if (!document.hidden) line.open(); });

// The place of play: what is said of an act goes once another month is played.
const placed = (on, month) => `${on} ${month}`;
let before = null;
function tidy(seen) {
  const now = placed(seen.line, seen.month);
  if (before !== null && before !== now) {
    for (const one of document.querySelectorAll('.told[role="status"]')) {
      if (one.closest("#hidden") || one.dataset.at === now) continue;
      one.textContent = "";
      one.classList.remove("refused");
      for (const field of one.previousElementSibling?.querySelectorAll('[aria-invalid="true"]') ?? []) field.setAttribute("aria-invalid", "false");
    }
  }
  before = now;
}

// Say of an act what became of it. `where`: the place of play of which it is said, where the act leads to another.
function told(element, message, done, where) {
  const refused = message.type === "refused";
  element.dataset.at = refused || !where ? placed(line.seen.line, line.seen.month) : where;
  element.textContent = refused ? `Refused: ${words(message.errors)}` : done;
  element.classList.toggle("refused", refused);
  return !refused;
}

// --- what both pages show ---------------------------------------------------------------------------------------------------

const dated = (month) => (facts.dates[month - 1] ? `${month}, ${facts.dates[month - 1]}` : String(month));
// Seats by their titles; those who look on are one.
const several = (names) => [...new Set(names.map((one) => (one.startsWith("observer-") ? "observers" : titleOf(one))))].join(", ");
// Months as they are said: month 2, or months 2 to 4.
const monthsOf = (first, last) => (first === last ? `month ${first}` : `months ${first} to ${last}`);
const capital = (text) => text[0].toUpperCase() + text.slice(1);
const STATES = { paused: ", paused", over: ", all months have been played", ended: ", the game has ended", playing: "" };

function head(seen) {
  tidy(seen);
  const month = Math.min(seen.month, seen.months);
  at("when").textContent = `Month ${month} of ${seen.months}, ${seen.date}${seen.line === "main" ? "" : `, line ${seen.line}`}${STATES[seen.state]}`;
}

// What happened, by months, the latest first; a month of which there is nothing to tell has its line too. The facilitator's says who was told.
function news(seen) {
  const over = Array.from({ length: Math.max(seen.month - 1, 0) }, (_, i) => i + 1);
  const months = [...new Set([...seen.news.map((one) => one.month), ...over])].sort((a, b) => b - a);
  const parts = months.flatMap((month) => {
    const here = seen.news.filter((one) => one.month === month);
    return [
      el("h3", {}, month === seen.month ? "This month" : `Month ${dated(month)}`),
      ...(here.length ? here.map((one) => el("p", {}, one.to?.length ? el("b", {}, `To ${several(one.to)}: `) : "", one.text)) : [el("p", {}, "Nothing new.")]),
    ];
  });
  fill(at("news"), ...(parts.length ? parts : [el("p", {}, "Nothing yet.")]));
  toFit();
}

// The box of the news ends below one of them, not within a line and not below the head of a month.
function toFit() {
  const box = at("news"), inset = box.scrollTop - box.getBoundingClientRect().top;
  box.style.maxHeight = "";
  if (box.scrollHeight <= box.clientHeight) return;
  const ends = [...box.querySelectorAll("p")].map((one) => one.getBoundingClientRect().bottom + inset).filter((end) => end <= box.clientHeight);
  if (ends.length) box.style.maxHeight = `${Math.ceil(Math.max(...ends))}px`;
}
addEventListener("resize", toFit);

// A place to talk for each channel: the log moves, what is being written does not.
const places = new Map();
function channels(seen, titles) {
  for (const one of seen.channels) {
    if (!places.has(one.name)) places.set(one.name, place(one, titles));
    const here = places.get(one.name);
    const said = one.said.map((said) => el("p", {}, el("b", {}, titles(said.by)), ` ${said.text} `, el("small", {}, `month ${said.month}`)));
    const low = here.log.scrollHeight - here.log.scrollTop - here.log.clientHeight < 40;
    fill(here.log, ...(said.length ? said : [el("p", {}, "Nothing has been said.")]));
    if (low) here.log.scrollTop = here.log.scrollHeight;
    const others = one.said.filter((said) => said.by !== seen.seat.name).length;
    if (here.fold.open) kept.set(`read ${one.name}`, others);
    const fresh = others - kept.get(`read ${one.name}`, 0);
    here.fresh.textContent = fresh > 0 ? `${fresh} new` : "";
    here.others = others;
    here.unread = Math.max(fresh, 0);
  }
  count();
}

// How many messages are unread, in the head of the page and in its title.
const TITLE = document.title;
function count() {
  const all = [...places.values()].reduce((sum, one) => sum + one.unread, 0);
  document.title = all ? `(${all}) ${TITLE}` : TITLE;
  at("fresh").hidden = !all;
  at("fresh").textContent = all ? `${all} new ${all === 1 ? "message" : "messages"} in the channels` : "";
}

function place(channel, titles) {
  const log = el("div", { class: "log", role: "log", "aria-label": `Said: ${channel.says}`, tabindex: "0" });
  const fresh = el("span", { class: "fresh" });
  const fold = el("details", { class: "channel", open: kept.get(`open ${channel.name}`, places.size === 0) }, el("summary", {}, channel.says, fresh));
  const here = { log, fresh, fold, others: 0, unread: 0 };
  const named = channel.members.filter((one) => !one.startsWith("observer-")).map(titles);
  if (named.length < channel.members.length) named.push("observers");
  fold.append(el("p", { class: "members" }, named.join(", ")), log);
  if (channel.speaks) {
    const field = keep(el("textarea", { rows: "2", maxlength: facts.mostSaid, "aria-label": `What you say: ${channel.says}` }), `say ${channel.name}`);
    const answer = el("p", { class: "told", role: "status" });
    const say = el("button", { type: "button" }, "Say");
    say.addEventListener("click", () => {
      const text = field.value;
      if (!text.trim()) { answer.textContent = "Nothing is written."; return; }
      answer.textContent = "";
      line.act("say", { channel: channel.name, text });
    });
    line.form("say", { channel: channel.name }, say, (message, sent) => {
      if (told(answer, message, "") && field.value === sent.text) { field.value = ""; kept.set(`say ${channel.name}`, ""); }
    });
    fold.append(el("div", { class: "compose" }, field, say), answer);
  }
  fold.addEventListener("toggle", () => {
    kept.set(`open ${channel.name}`, fold.open);
    if (fold.open) { kept.set(`read ${channel.name}`, here.others); fresh.textContent = ""; here.unread = 0; count(); log.scrollTop = log.scrollHeight; }
  });
  at("channels").append(fold);
  return here;
}

function given(list, orders) {
  fill(list, ...[...orders].reverse().flatMap((one) => [el("dt", {}, `Month ${dated(one.month)}`), el("dd", {}, one.text.trim() || "no orders")]));
}

function cards(list, revealed, titles) {
  if (!revealed) return;
  const rows = Object.entries(revealed.players).filter(([name]) => !name.startsWith("observer-"));
  fill(list, ...rows.flatMap(([name, player]) => [el("dt", {}, titles(name)), el("dd", {}, played(player))]),
    el("dt", {}, "The cards"), el("dd", {}, Object.entries(revealed.cards).map(([what, number]) => `${what} ${number}`).join(", ")));
}
const played = (player) => ({ person: "a person", program: "a program", chance: "chance" })[player] ?? `by the rule “${ruled(player)}”`;
