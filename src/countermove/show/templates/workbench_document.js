// The document: a text with what it was before, and what it was called; kept in this page, and in this browser so that a reload loses nothing.
const START = JSON.parse(document.getElementById("start").textContent);
const BURST = 1500, MOST = 200;

// What a screen reader is told: what came, not how far it is.
const said = (text) => { document.getElementById("said").textContent = text; };

// What a browser keeps of a war stands under the folder and the name of its file: another file of the same name is another war.
const desk = (() => {
  const listeners = [];
  let breaks = "\n", file = START.file, where = START.where, opened = START.text, text = START.text, undone = [], done = [], variants = {};
  let from = START.text;  // the file as it was when the changes to it began
  let answered = new Set(), last = { key: "", at: 0 };
  const KEPT_BACK = 15;

  const place = () => `countermove:${where}/${file}`;
  const keep = () => {
    const back = done.slice(-KEPT_BACK);
    try {
      localStorage.setItem(place(), JSON.stringify({ opened: from, text, variants, done: back, told: [...back, text].map((one) => answered.has(one)) }));
      return true;
    } catch {
      return false;  // a full or forbidden storage costs the reload, not the work
    }
  };
  const tell = (why) => { keep(); for (const one of listeners) one(why); };
  const kept = () => {
    let found = null;
    try { found = JSON.parse(localStorage.getItem(place()) || "null"); } catch { found = null; }
    const whole = found && typeof found.text === "string" && typeof found.opened === "string" && Array.isArray(found.done) && Array.isArray(found.told);
    return whole && found.variants && typeof found.variants === "object" ? found : null;
  };

  // What of it is shown: "file" as it is, "again" with the changes from before, "moved" the same where the file itself is another by now.
  const begin = (name, folder, given) => {
    breaks = given.includes("\r\n") ? "\r\n" : "\n";
    const original = given.replaceAll("\r\n", "\n");  // as a text area has it
    file = name; where = folder; opened = from = text = original; done = []; undone = []; variants = {}; answered = new Set(); last = { key: "", at: 0 };
    const found = kept();
    if (found) {
      variants = Object.fromEntries(Object.entries(found.variants).filter(([, one]) => typeof one === "string"));
      if (found.text !== found.opened || found.opened === original) {
        text = found.text; from = found.opened;
        done = found.done.filter((one) => typeof one === "string");
        answered = new Set([...done, text].filter((_, at) => found.told[at]));
      }
      if (text === original) from = original;  // saved over the file, or nothing was changed
    }
    tell("begin");
    return text === original ? "file" : from === original ? "again" : "moved";
  };

  return {
    begin,
    listen: (one) => listeners.push(one),
    get text() { return text; },
    get written() { return text.replaceAll("\n", breaks); },
    get file() { return file; },
    get place() { return place(); },
    get opened() { return opened; },
    get variants() { return variants; },
    get canUndo() { return done.length > 0; },
    get canRedo() { return undone.length > 0; },
    // the changes are those of the file as it is now
    settle() { from = opened; keep(); },
    // `key`: changes of one key that follow each other closely are one step
    set(next, key) {
      if (next === text) return;
      const now = Date.now();
      if (!(key === last.key && key && now - last.at < BURST)) done = [...done.slice(-MOST), text];
      last = { key, at: now };
      undone = []; text = next;
      tell(key || "change");
    },
    undo() { if (done.length) { undone = [...undone, text]; text = done[done.length - 1]; done = done.slice(0, -1); last = { key: "", at: 0 }; tell("undo"); } },
    redo() { if (undone.length) { done = [...done, text]; text = undone[undone.length - 1]; undone = undone.slice(0, -1); last = { key: "", at: 0 }; tell("redo"); } },
    // keeps the text under a name; a name that is taken keeps what it has
    name(title) {
      if (Object.hasOwn(variants, title)) return false;
      variants = { ...variants, [title]: text };
      tell("variants");
      return true;
    },
    forget(title) { const { [title]: _, ...rest } = variants; variants = rest; tell("variants"); },
    answeredTo(one) { if (!answered.has(one)) { answered = new Set([...[...answered].slice(-59), one]); keep(); } },
    // what an answer is compared with, by the choice on the page
    before(choice) {
      if (choice === "opened") return opened;
      if (choice.startsWith("variant:")) return Object.hasOwn(variants, choice.slice(8)) ? variants[choice.slice(8)] : "";
      if (choice !== "last") return "";
      for (let at = done.length - 1; at >= 0; at -= 1) if (done[at] !== text && answered.has(done[at])) return done[at];
      return text === opened ? "" : opened;
    },
  };
})();

// What the server gives; and where it gives nothing, why, as an error with its status (0: there is no server).
const got = async (path, options) => {
  let answer;
  try { answer = await fetch(path, options); } catch (error) {
    if (error.name === "AbortError") throw error;
    throw Object.assign(new Error("The server does not answer"), { status: 0 });
  }
  if (!answer.ok) throw Object.assign(new Error(await refusalOf(answer)), { status: answer.status });
  return answer;
};
const refusalOf = async (answer) => {
  if (answer.status === 401) return "Reload the page: the server asks for its token.";
  if (answer.status === 503) return "The server has too much to do just now: try again in a moment.";
  const text = await answer.text(), plain = (answer.headers.get("content-type") || "").startsWith("text/plain");
  let found = null;
  try { found = JSON.parse(text); } catch { found = null; }
  return found?.refused || (plain && text.trim().slice(0, 300)) || `The server answered with ${answer.status}.`;
};
const posting = (body, signal) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
const ask = async (path, body, signal) => (await got(path, posting(body, signal))).json();

// A line of JSON for each step of an answer, as they come.
const steps = async (path, body, signal, hear) => {
  const answer = await got(path, posting(body, signal));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) if (line) hear(JSON.parse(line));
  }
};
