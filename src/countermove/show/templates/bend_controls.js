// The controls: built here and not in the page, so that a reader without scripts meets no dead ones.

/** What a control shows of a number. @param {number} value */
const short = (value) => plain(Number(value.toPrecision(6)));

/**
 * A slider with a number field, under one label, and what follows from them beside it.
 * @typedef {{label: string, id: string, low: number, high: number, step: number, get: () => number, set: (value: number) => void,
 *   beside: () => string}} Moved
 * @param {Moved} what
 * @param {Desk} desk
 */
function slider({ label, id, low, high, step, get, set, beside }, desk) {
  const bounds = { min: `${low}`, max: `${high}`, step: `${step}` };
  const field = make("input", { id, type: "number", ...(low === 0 ? { min: "0" } : {}), step: "any", inputmode: "decimal" });
  const range = make("input", { type: "range", ...bounds, "aria-label": `${label}, slider` });
  const told = make("output", { for: id });
  const moved = (/** @type {HTMLInputElement} */ input) => {
    const value = input.valueAsNumber;
    const wrong = !Number.isFinite(value) || value < (low === 0 ? 0 : -1e9) || value > (low === 0 ? 1e6 : 1e9);
    field.toggleAttribute("aria-invalid", wrong && input === field);
    if (wrong) return;
    set(value);
    soon(desk);
  };
  for (const input of [field, range]) {
    input.addEventListener("input", () => moved(input));
    input.addEventListener("change", () => {
      field.removeAttribute("aria-invalid");
      remember(desk);
      show(desk);
    });
  }
  desk.refresh.push(() => {
    if (document.activeElement !== field || Number(field.value) !== get()) field.value = short(get());
    range.value = `${get()}`;
    range.setAttribute("aria-valuetext", `${short(get())} ${beside()}`.trim());
    told.textContent = beside();
  });
  return make("div", { class: "bend-row" }, make("label", { for: id }, label), range, field, told);
}

/** @param {Desk} desk */
function weightSliders(desk) {
  const { bent, setting } = desk;
  const rows = bent.theories.map(([name, title], t) =>
    slider(
      {
        label: `${letter(t)}. ${title}`,
        id: `bend-w-${name}`,
        low: 0,
        high: 1,
        step: 0.01,
        get: () => setting.weights[t],
        set: (value) => void (setting.weights[t] = value),
        beside: () => (sum(setting.weights) > 0 ? weightText(setting.weights[t] / sum(setting.weights)) : ""),
      },
      desk,
    ),
  );
  const note = make("p", {}, "Any numbers from 0 up: the shares beside them are made to sum to 100%.");
  return make("fieldset", {}, make("legend", {}, "How much weight each theory has"), note, ...rows);
}

/** @param {Desk} desk */
function valueSliders(desk) {
  const { bent, setting } = desk;
  const rows = bent.measures.map((measure, v) =>
    slider(
      {
        label: measure.title,
        id: `bend-v-${measure.name}`,
        low: -measure.bound,
        high: measure.bound,
        step: measure.bound / 200,
        get: () => setting.values[v],
        set: (value) => void (setting.values[v] = value),
        beside: () => measure.each,
      },
      desk,
    ),
  );
  const note = make("p", {}, "Below 0 for what is unwanted; 0 for what does not count.");
  return make("fieldset", {}, make("legend", {}, "What each outcome is worth"), note, ...rows);
}

/** @param {Desk} desk */
function presetButtons(desk) {
  const { bent, setting } = desk;
  const buttons = bent.presets.map((preset) => {
    const button = make("button", { type: "button", title: preset.says }, preset.title);
    button.addEventListener("click", () => take(desk, preset));
    desk.refresh.push(() =>
      button.setAttribute("aria-pressed", `${same(setting.weights, preset.weights) && same(setting.values, preset.values)}`),
    );
    return button;
  });
  return make("div", { class: "bend-presets", role: "group", "aria-label": "Weights and values to start from" }, ...buttons);
}

/** @param {Desk} desk @param {Setting} from */
function take(desk, from) {
  desk.setting.weights.splice(0, Infinity, ...from.weights);
  desk.setting.values.splice(0, Infinity, ...from.values);
  remember(desk);
  show(desk);
}

/** Puts the state into the address bar. @param {Desk} desk */
function remember(desk) {
  const told = address(desk);
  history.replaceState(null, "", told ? `#${told}` : location.pathname + location.search);
}

/** The command with a button that copies it, and one that takes everything back. @param {Desk} desk */
function lastRow(desk) {
  const code = make("code", { id: "bent-command" });
  const done = make("span", { role: "status" });
  const copy = make("button", { type: "button" }, "Copy the command");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent ?? "");
      done.textContent = "Copied.";
    } catch {
      getSelection()?.selectAllChildren(code);
      done.textContent = "The command is marked: copy it.";
    }
  });
  desk.refresh.push(() => {
    done.textContent = "";
    code.textContent = command(desk);
  });
  const says = make("p", {}, "This command runs the wars again with your setting and prints the same numbers:");
  return make(
    "div",
    { class: "bend-last" },
    says,
    make("pre", { tabindex: "0", role: "region", "aria-label": "The command" }, code),
    copy,
    " ",
    resetButton(desk),
    " ",
    done,
  );
}

/** @param {Desk} desk */
function resetButton(desk) {
  const button = make("button", { type: "button" }, "Back to the author’s");
  button.addEventListener("click", () => take(desk, desk.bent.presets[0]));
  return button;
}

/** Shows what follows before the next picture of the screen, however often a slider reports until then. @param {Desk} desk */
function soon(desk) {
  if (desk.waits) return;
  desk.waits = true;
  requestAnimationFrame(() => {
    if (desk.waits) show(desk);
  });
}

/** Everything that follows from the setting, put on the page. @param {Desk} desk */
function show(desk) {
  desk.waits = false;
  const { bent, setting, section, banner } = desk;
  const bends = isBent(desk);
  section.classList.toggle("is-bent", bends);
  document.documentElement.classList.toggle("is-bent", bends);
  banner.hidden = !bends;
  document.documentElement.style.setProperty("--banner", `${banner.offsetHeight}px`); // what sticks below it
  for (const refresh of desk.refresh) refresh();
  const nothing = !(sum(setting.weights) > 0);
  const found = scoresOf(bent, setting);
  const said = nothing ? "Give at least one theory a weight above 0." : answer(desk, found);
  const line = /** @type {HTMLElement} */ (section.querySelector("#bent-answer"));
  if (line.textContent !== said) line.textContent = said;
  const results = /** @type {HTMLElement} */ (section.querySelector("#bent-results"));
  results.hidden = nothing;
  if (nothing) return;
  const svg = /** @type {SVGElement} */ (section.querySelector("#bent-picture"));
  picture(desk, found, svg, Math.max(300, Math.min(760, section.clientWidth)));
  const tables = /** @type {HTMLElement} */ (section.querySelector("#bent-tables"));
  tables.replaceChildren(rankingTable(desk, found), regretTable(desk, found), ...flipsShown(desk, found));
  desk.asked(tables);
}

/** The whole block, built once. @param {Bent} bent @param {HTMLElement} section */
function bend(bent, section) {
  const written = bent.presets[0];
  const banner = make("p", { id: "bent-banner", role: "note" }, "A reader’s weights and values, not the author’s, under ");
  banner.append(make("a", { href: "#bend" }, "Weigh it yourself"), "; the rest is as written. ");
  /** @type {Desk} */
  const desk = {
    bent,
    setting: { weights: [...written.weights], values: [...written.values] },
    section,
    banner,
    refresh: [],
    asked: () => {},
    waits: false,
  };
  banner.append(resetButton(desk));
  const wars = `${(bent.draws * bent.lucks).toLocaleString("en")} simulated wars under each theory`;
  const svg = draw("svg", { id: "bent-picture", role: "img" });
  const legend = make(
    "p",
    { class: "bend-legend" },
    "◆ weighted; ",
    bent.theories.map(([, title], t) => `${letter(t)} ${title}`).join("; "),
    ".",
  );
  const moves = bent.patron ? [weightSliders(desk)] : [];
  section.append(
    make("h2", { id: "bend-title" }, "Weigh it yourself"),
    make(
      "p",
      {},
      `Move what you doubt. Everything below is worked out anew from the same ${wars}; nothing leaves this page. The address bar keeps your setting.`,
    ),
    presetButtons(desk),
    make(
      "div", // as long as this is in sight, the answer stays in sight
      {},
      make("p", { id: "bent-answer", role: "status", "aria-live": "polite" }),
      make("div", { class: "bend-controls" }, ...moves, valueSliders(desk)),
    ),
    make(
      "div",
      { id: "bent-results" },
      make(
        "figure",
        { class: "chart" },
        make("figcaption", {}, "What each plan loses to the best one under each theory, in points, and over the weighted theories."),
        svg,
        legend,
      ),
      make("div", { id: "bent-tables" }),
    ),
    lastRow(desk),
  );
  document.querySelector("main")?.prepend(banner);
  section.hidden = false;
  const restored = () => {
    const told = settingOf(bent, location.hash);
    if (told) take(desk, told);
    else if (isBent(desk) && !location.hash) take(desk, written);
    else if (isBent(desk)) remember(desk); // a link within the page keeps the setting in the address
  };
  addEventListener("hashchange", restored);
  addEventListener("resize", () => show(desk));
  show(desk);
  restored();
  onPaper();
  return desk;
}

/** Every printed page of a bent memo says so in its margin; a page as written has nothing there. */
function onPaper() {
  const sheet = document.styleSheets[0];
  let place = -1;
  const says = () => {
    const bends = document.documentElement.classList.contains("is-bent");
    if (bends && place < 0)
      place = sheet.insertRule(`@page { @top-center { content: "${SAYS_BENT}"; font: 8pt Arial, sans-serif; } }`, sheet.cssRules.length);
    else if (!bends && place >= 0) {
      sheet.deleteRule(place);
      place = -1;
    }
  };
  addEventListener("beforeprint", says);
  new MutationObserver(says).observe(document.documentElement, { attributeFilter: ["class"] });
  says();
}
