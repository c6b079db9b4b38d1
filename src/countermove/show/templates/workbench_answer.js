// The answer, asked anew after each change: what is out of date is stopped, and what is shown says what it is of.
const answer = (() => {
  const part = document.getElementById("answer"), told = document.getElementById("told"), state = document.getElementById("state");
  const bar = document.getElementById("progress"), plan = document.getElementById("plan"), before = document.getElementById("before");
  const silences = document.getElementById("silences"), silent = document.getElementById("silences-part");
  const strip = document.getElementById("strip");
  const QUIET = 250;
  let asking = null, timer = 0, wanted = "", began = 0, last = "", shown = "";
  const times = [];

  const say = (text, refused = false) => { state.textContent = text; state.classList.toggle("refused", refused); };
  const progress = (one) => {
    bar.hidden = false;
    if (one.total > 0) { bar.max = one.total; bar.value = one.done; } else bar.removeAttribute("value");
    say(one.total > 0 ? `${one.what}: ${one.done} of ${one.total}` : `${one.what} …`);
  };

  // what is shown stays that of the text before, and is marked so
  const failed = (message) => {
    say(`${message}${/[.!?]$/.test(message) ? "" : "."}${part.classList.contains("stale") && told.childElementCount ? " What stands below is of the text before." : ""}`, true);
    said(message);
    bar.hidden = true;
  };

  const plans = (titles) => {
    const options = titles.map(([name, title]) => new Option(title, name));
    plan.replaceChildren(new Option("the one that changed, else the best", ""), ...options);
    plan.value = titles.some(([name]) => name === wanted) ? wanted : "";
  };

  const hear = (text) => (one) => {
    if (one.kind === "checked") {
      editor.mistaken(one.mistakes);
      if (one.mistakes.length) { say("The answer is that of the text before these mistakes."); bar.hidden = true; } else plans(one.plans);
    } else if (one.kind === "progress") progress(one);
    else if (one.kind === "answer") {
      told.innerHTML = one.html;
      silent.hidden = true;  // those of the answer before; its own follow
      shown = one.plan;
      strip.textContent = document.getElementById("answer-now").textContent;
      desk.answeredTo(text);
      part.classList.remove("stale");
      bar.hidden = true;
      times.push(performance.now() - began);
      last = `Answered in ${((performance.now() - began) / 1000).toFixed(1)} seconds${one.exact ? "" : "; exact numbers follow"}.`;
      say(last);
      said(`${document.getElementById("answer-now").textContent} ${document.getElementById("answer-changed")?.textContent.trim() || ""}`);
    } else if (one.kind === "silences") {
      silent.hidden = false;
      silences.innerHTML = one.html;
      bar.hidden = true;
      say(last);
    } else if (one.kind === "doubts") editor.doubted(one.doubts);
    else if (one.kind === "refused") failed(one.message);
  };

  const look = async () => {
    asking?.abort();
    const own = (asking = new AbortController()), text = desk.text;
    try {
      await steps("/look", { text, before: desk.before(before.value), plan: wanted }, own.signal, (one) => { if (asking === own) hear(text)(one); });
    } catch (error) {
      if (error.name === "AbortError") return;
      if (asking === own) failed(`${error.message.replace(/[.!?]$/, "")}. Your text is kept in this browser.`);
    }
  };
  const soon = (wait) => { clearTimeout(timer); began = performance.now(); asking?.abort(); part.classList.add("stale"); timer = setTimeout(look, wait); };

  plan.addEventListener("change", () => { wanted = plan.value; soon(0); });
  before.addEventListener("change", () => soon(0));
  desk.listen((why) => {
    if (why === "begin") { wanted = ""; silent.hidden = true; told.replaceChildren(); strip.textContent = ""; }  // another war: no number of the one before stands beside it
    if (why !== "variants") soon(why === "typing" ? QUIET : 0);
  });
  return { times, get before() { return desk.before(before.value); }, get plan() { return shown; }, ask: () => soon(0) };
})();
