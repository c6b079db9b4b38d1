// The document: a text with what it was before, and what it was called; kept in this page, and in this browser so that a reload loses nothing.
const START = JSON.parse(document.getElementById("start").textContent);
const BURST = 1500, MOST = 200;

const desk = (() => {
  const listeners = [];
  let file = START.file, opened = START.text, text = START.text, undone = [], done = [], variants = {}, last = { key: "", at: 0 };
  const answered = [];

  const place = () => `countermove:${file}`;
  const keep = () => {
    try {
      localStorage.setItem(place(), JSON.stringify({ opened, text, variants, done: done.slice(-40) }));
      return true;
    } catch {
      return false;  // a full or forbidden storage costs the reload, not the work
    }
  };
  const tell = (why) => { keep(); for (const one of listeners) one(why); };

  const begin = (name, original) => {
    file = name; opened = text = original; done = []; undone = []; variants = {}; last = { key: "", at: 0 };
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(place()) || "null"); } catch { kept = null; }
    const whole = kept && typeof kept.text === "string" && Array.isArray(kept.done) && kept.variants && typeof kept.variants === "object";
    if (whole) {
      text = kept.text; variants = { ...kept.variants };
      done = kept.done.filter((one) => typeof one === "string");
      if (kept.opened !== original && text === kept.opened) { text = original; done = []; }  // the file moved on, and nothing was changed here
    }
    tell("begin");
    return text !== original;
  };

  return {
    begin,
    listen: (one) => listeners.push(one),
    get text() { return text; },
    get file() { return file; },
    get opened() { return opened; },
    get variants() { return variants; },
    get canUndo() { return done.length > 0; },
    get canRedo() { return undone.length > 0; },
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
    name(title) { variants = { ...variants, [title]: text }; tell("variants"); },
    forget(title) { const { [title]: _, ...rest } = variants; variants = rest; tell("variants"); },
    answeredTo(one) { if (!answered.includes(one)) { answered.push(one); if (answered.length > 60) answered.shift(); } },
    // what an answer is compared with, by the choice on the page
    before(choice) {
      if (choice === "opened") return opened;
      if (choice.startsWith("variant:")) return variants[choice.slice(8)] || "";
      if (choice !== "last") return "";
      for (let at = done.length - 1; at >= 0; at -= 1) if (done[at] !== text && answered.includes(done[at])) return done[at];
      return text === opened ? "" : opened;
    },
  };
})();

const ask = async (path, body, signal) => {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.refused || `The server answered with ${answer.status}.`);
  return found;
};

// A line of JSON for each step of an answer, as they come.
const steps = async (path, body, signal, hear) => {
  const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
  if (!answer.ok) throw new Error((await answer.json()).refused || `The server answered with ${answer.status}.`);
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
