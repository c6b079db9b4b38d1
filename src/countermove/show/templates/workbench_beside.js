// Beside the answer: why it changed, versions side by side, and long work.
const at = (name) => document.getElementById(name);
const buttonOf = (text, act) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
};

(() => {
  const asked = (name, path, body, shown) => {
    let asking = null;
    return async () => {
      asking?.abort();
      const own = (asking = new AbortController()), state = at(`${name}-state`), box = at(name);
      const given = body();
      if (typeof given === "string") { state.textContent = given; box.replaceChildren(); return; }
      state.textContent = "Begun …";
      try {
        await steps(path, given, own.signal, (one) => {
          if (asking !== own) return;
          if (one.kind === "progress") state.textContent = one.total > 0 ? `${one.what}: ${one.done} of ${one.total}` : `${one.what} …`;
          else if (one.kind === "refused") state.textContent = one.message;
          else { box.innerHTML = one.html; state.textContent = shown(one); }
        });
      } catch (error) {
        if (error.name !== "AbortError") state.textContent = error.message;
      }
    };
  };

  at("ask-why").addEventListener("click", asked("why", "/why", () => {
    const before = answer.before;
    if (!before || before === desk.text) return "There is nothing before to compare with: change something, or choose what to compare with.";
    return { text: desk.text, before, plan: answer.plan };
  }, (one) => (one.whole ? "A is before, B is now." : "A is before, B is now. The months are being replayed …")));

  // --- versions ---
  const list = at("variants"), name = at("variant-name"), group = at("before-versions"), choice = at("before");
  const side = asked("side", "/side", () => {
    const kept = Object.entries(desk.variants);
    if (!kept.length) return "Keep a version first, and change something.";
    return { versions: [...kept.slice(-5), ["as it is now", desk.text]] };
  }, (one) => (one.lost.length ? `Left out, for it has mistakes: ${one.lost.join(", ")}.` : ""));
  at("ask-side").addEventListener("click", side);
  at("keep-variant").addEventListener("click", () => {
    const title = name.value.trim() || `version ${Object.keys(desk.variants).length + 1}`;
    desk.name(title);
    name.value = "";
  });
  name.addEventListener("keydown", (event) => { if (event.key === "Enter") at("keep-variant").click(); });
  const versions = () => {
    const kept = Object.keys(desk.variants), chosen = choice.value;
    list.replaceChildren(...kept.map((title) => {
      const row = document.createElement("li"), label = document.createElement("b");
      label.textContent = `${title} `;
      row.append(label, buttonOf("Go to it", () => desk.set(desk.variants[title], "variant")), buttonOf("Forget it", () => desk.forget(title)));
      return row;
    }));
    group.hidden = !kept.length;
    group.replaceChildren(...kept.map((title) => new Option(title, `variant:${title}`)));
    choice.value = [...choice.options].some((one) => one.value === chosen) ? chosen : "last";
  };
  desk.listen(versions);

  // --- long work ---
  const TITLES = { memo: "The memo", weigh: "The theories on the record", solve: "Against a rival who thinks ahead", search: "A better plan" };
  const box = at("errands"), refused = at("errand-refused"), going = new Map();
  const clock = (seconds) => (seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);

  const draw = async (one) => {
    const room = going.get(one.name);
    const state = room.querySelector(".errand-state"), bar = room.querySelector("progress"), tools = room.querySelector(".errand-tools");
    bar.hidden = one.state !== "running";
    if (one.whole > 0) { bar.max = 1; bar.value = one.whole; } else if (one.total > 1) { bar.max = one.total; bar.value = one.done; } else bar.removeAttribute("value");
    const left = one.left >= 0 ? `; about ${clock(one.left)} left${one.all ? "" : " of this step"}` : "";
    const told = { running: `${one.what}; ${clock(one.seconds)} so far${left}`, stopped: "Stopped; what was finished is kept.", ended: "Done.", refused: one.refused };
    if (state.textContent !== told[one.state]) state.textContent = told[one.state];
    if (room.dataset.state === one.state) return;
    room.dataset.state = one.state;
    tools.replaceChildren();
    if (one.state === "running") tools.append(buttonOf("Stop", (event) => { event.target.disabled = true; event.target.textContent = "Stopping …"; ask(`/errands/${one.name}/stop`, {}); }));
    if (one.state === "stopped" || one.state === "refused") tools.append(buttonOf("Go on", () => begin(one.kind, room.text, room)));
    if (one.state !== "ended") return;
    for (const file of one.files) {
      const link = document.createElement("a");
      link.href = `/errands/${one.name}/${file}`;
      link.textContent = file === "memo.html" ? "Open the memo" : "The scenario with this plan";
      link.target = "_blank";
      link.rel = "noopener";
      tools.append(link, " ");
      if (file === "better.yaml") tools.append(buttonOf("Take it as the text", async () => { desk.set(await (await fetch(link.href)).text(), "search"); }));
      else { const save = link.cloneNode(); save.textContent = "Save it"; save.download = `${desk.file.replace(/\.yaml$/, "")}.html`; tools.append(save); }
    }
    room.querySelector(".errand-found").innerHTML = await (await fetch(`/errands/${one.name}/found.html`)).text();
  };
  const watch = async (one) => {
    while (going.has(one.name)) {
      await draw(one);
      if (one.state !== "running") return;
      await new Promise((later) => { setTimeout(later, 700); });
      try {
        const answer = await fetch(`/errands/${one.name}`);
        if (!answer.ok) throw new Error((await answer.json()).refused);
        one = await answer.json();
      } catch (error) {
        one = { ...one, state: "refused", refused: error.message };
      }
    }
  };
  const begin = async (kind, text, room) => {
    refused.textContent = "";
    let one;
    try { one = await ask("/errands", { kind, text }); } catch (error) { refused.textContent = error.message; return; }
    if (going.has(one.name)) return;
    if (room) { for (const [key, value] of going) if (value === room) going.delete(key); delete room.dataset.state; }
    else room = roomOf(kind, text);
    going.set(one.name, room);
    remember();
    watch(one);
  };
  const roomOf = (kind, text) => {
      const room = document.createElement("div");
      room.className = "errand";
      room.dataset.kind = kind;
      room.innerHTML = "<h4></h4><p class=\"errand-state\" role=\"status\"></p><progress max=\"1\" aria-label=\"How far it is\"></progress><div class=\"errand-tools\"></div><div class=\"errand-found\"></div>";
      room.querySelector("h4").textContent = TITLES[kind];
      room.text = text;
      box.prepend(room);
      return room;
  };
  // what was begun is found again after a reload
  const SHELF = "countermove-errands";
  const remember = () => {
    const kept = [...going].map(([key, value]) => ({ name: key, kind: value.dataset.kind, text: value.text }));
    try { localStorage.setItem(SHELF, JSON.stringify(kept.slice(-6))); } catch { /* then it is not */ }
  };
  const again = async () => {
    let kept = [];
    try { kept = JSON.parse(localStorage.getItem(SHELF) || "[]"); } catch { kept = []; }
    for (const { name, kind, text } of Array.isArray(kept) ? kept : []) {
      if (!(kind in TITLES) || typeof text !== "string") continue;
      const answer = await fetch(`/errands/${encodeURIComponent(name)}`), known = answer.ok ? await answer.json() : null;
      const one = known || { name, kind, state: "stopped", files: [], whole: 0, total: 0, done: 0, left: -1, seconds: 0 };
      going.set(name, roomOf(kind, text));
      watch(one);
    }
  };
  again();
  for (const button of document.querySelectorAll("[data-errand]")) button.addEventListener("click", () => begin(button.dataset.errand, desk.text));
})();
