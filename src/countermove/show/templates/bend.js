// The memo bent by its reader: weights and values that move, and what follows from them. The state stands in the address bar. Every text of the
// scenario is put in as text, never as markup; nothing is fetched and nothing is sent.

/**
 * @typedef {{bent: Bent, setting: Setting, section: HTMLElement, banner: HTMLElement, refresh: (() => void)[],
 *   asked: (part: ParentNode) => void, waits: boolean}} Desk `asked`: makes the tables of a part ones whose numbers say where they come from
 */

const DECIMALS = 12; // of a weight or of points, in the address and in the command
const LEAST = 1e-12; // the weight in the command of a theory that has none: with 0 it would not be run, and a reader who weighs it would be refused
const SHOWN = 8; // flip points in the table
const SAYS_BENT = "Bent by a reader: not the author’s weights and values";

/**
 * An element with attributes and children; a child that is a string is text.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, string>} [attributes] @param {(Node | string)[]} children @returns {HTMLElementTagNameMap[T]}
 */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [text] */
function draw(tag, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.textContent = text;
  return made;
}

/** A number as an address and a command have it: no exponent, no needless zeros. @param {number} value */
const plain = (value) =>
  value
    .toFixed(DECIMALS)
    .replace(/\.?0+$/, "")
    .replace(/^-0$/, "0");

/** @param {string[]} names */
const listed = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`);

/** @param {number[]} one @param {number[]} other */
const same = (one, other) => one.every((value, place) => plain(value) === plain(other[place]));

/** @param {Desk} desk */
const isBent = ({ bent, setting }) => !same(setting.weights, bent.presets[0].weights) || !same(setting.values, bent.presets[0].values);

// --- the address and the command -------------------------------------------------------------------------------------------------------

/** What differs from what was written: `w.spigot=0.4&v.deaths=-0.5`. @param {Desk} desk */
function address({ bent, setting }) {
  const written = bent.presets[0];
  const parts = [
    ...bent.theories.map(([name], t) =>
      plain(setting.weights[t]) === plain(written.weights[t]) ? "" : `w.${name}=${plain(setting.weights[t])}`,
    ),
    ...bent.measures.map(({ name }, v) =>
      plain(setting.values[v]) === plain(written.values[v]) ? "" : `v.${name}=${plain(setting.values[v])}`,
    ),
  ];
  return parts.filter(Boolean).join("&");
}

/**
 * The setting that an address tells; null where it tells none. What it does not name stays as written.
 * @param {Bent} bent
 * @param {string} hash
 * @returns {Setting | null}
 */
function settingOf(bent, hash) {
  const setting = { weights: [...bent.presets[0].weights], values: [...bent.presets[0].values] };
  let told = false;
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [, kind, name, text] = /^([wv])\.([^=]+)=(-?[\d.]+)$/.exec(part) ?? [];
    const place =
      kind === "w" ? bent.theories.findIndex(([theory]) => theory === name) : bent.measures.findIndex((measure) => measure.name === name);
    const value = Number(text);
    if (!kind || place < 0 || !Number.isFinite(value)) continue;
    if (kind === "w") setting.weights[place] = Math.min(Math.max(value, 0), 1e6);
    else setting.values[place] = Math.min(Math.max(value, -1e9), 1e9);
    told = true;
  }
  return told ? setting : null;
}

/** The words of a command as a shell wants them. @param {string[]} words */
const typed = (words) => words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");

/** The command that runs what is shown. @param {Desk} desk */
function command({ bent, setting }) {
  /** @type {Map<string, string>} */
  const sets = new Map();
  const moved = (/** @type {number} */ value, /** @type {number} */ written) => bent.explicit || plain(value) !== plain(written);
  bent.theories.forEach(([name], t) => {
    if (!bent.patron || !moved(setting.weights[t], bent.presets[0].weights[t])) return;
    const weight = Math.max(setting.weights[t] * bent.whole, LEAST); // as the file counts; the theory is to be run, whatever its weight
    sets.set(`patrons.${bent.patron}.theories.${name}.weight`, plain(weight));
  });
  const worths = bent.measures.map(({ per, unit }, v) => plain(setting.values[v]) + (per === 1 ? "" : ` per ${plain(per)} ${unit}`));
  if (bent.explicit) sets.set("objective.values", `{${bent.measures.map(({ name }, v) => `${name}: ${worths[v]}`).join(", ")}}`);
  else
    bent.measures.forEach(({ name, written }, v) => {
      if (moved(setting.values[v], written)) sets.set(`objective.values.${name}`, worths[v]);
    });
  return typed([...before(bent, sets), ...[...sets].flatMap(([path, value]) => ["--set", `${path}=${value}`]), ...sizes(bent)]);
}

/** The program, the file, and what the author changed in it, but for what is changed again. @param {Bent} bent @param {Map<string, string>} sets */
function before(bent, sets) {
  const kept = bent.command.slice(0, 3);
  for (let place = 3; place < bent.command.length; place += 2) {
    const [option, value] = bent.command.slice(place, place + 2);
    const path = value.split("=")[0].trim();
    if (option !== "--set" || ![...sets.keys()].some((ours) => path === ours || path.startsWith(`${ours}.`))) kept.push(option, value);
  }
  return kept;
}

/** @param {Bent} bent */
const sizes = (bent) => ["--draws", `${bent.draws}`, "--lucks", `${bent.lucks}`, "--seed", `${bent.seed}`, "--quick", "--json"];

// --- what follows ------------------------------------------------------------------------------------------------------------------------

/** Which plan is best, or that it cannot be told. @param {Desk} desk @param {Scores} found */
function answer({ bent, setting }, found) {
  const theory = found.shares.length;
  const rows = regrets(found, theory);
  const order = ordered(found, theory);
  const first = leaders(rows, found.matters);
  const say = (/** @type {number} */ plan) => `“${bent.plans[plan][1]}”`;
  const asMuch = (/** @type {string} */ worth) => (worth ? ` (as much as ${worth.replace("at most ", "")})` : "");
  const [best, next] = order.map(say);
  const second = rows[order[1]];
  const ahead = `${loss(second.regret, second.se)} points${asMuch(lossInLives(bent, setting, second))}`;
  if (first.length === 1) return `${best} is best: ${ahead} above ${next}.`;
  const names = listed(order.filter((plan) => first.includes(plan)).map(say));
  const level = first.every(
    (plan) => plan === order[0] || verdict(rows[plan].regret, rows[plan].se, found.matters) === "no material difference",
  );
  const matters = `${number(found.matters)} points that matter${asMuch(inLivesOrMoney(bent, setting, found.matters))}`;
  if (level) return `No plan leads: ${names} do not differ by the ${matters}.`;
  return `It cannot be told which plan is best: ${names}. Between ${best} and ${next} lie ${ahead}.`;
}

/**
 * A table as the page has them; rows are texts, the first the head.
 * @param {string} id
 * @param {string} caption
 * @param {string[]} heads
 * @param {string[][]} rows
 * @param {(row: number, column: number) => boolean} [best]
 */
function table(id, caption, heads, rows, best = () => false) {
  const broad = heads.length > 5;
  const scroll = make("div", { class: broad ? "scroll broad" : "scroll", role: "region", "aria-labelledby": id, tabindex: "0" });
  if (broad) scroll.dataset.hint = `${heads.length} columns: scroll sideways for those out of sight →`;
  const head = make("tr", { role: "row" }, ...heads.map((text) => make("th", { role: "columnheader", scope: "col" }, text)));
  const body = rows.map(([name, ...cells], r) =>
    make(
      "tr",
      { role: "row" },
      make("th", { role: "rowheader", scope: "row" }, name),
      ...cells.map((text, c) => make("td", { role: "cell", "data-label": heads[c + 1], ...(best(r, c) ? { class: "best" } : {}) }, text)),
    ),
  );
  scroll.append(
    make(
      "table",
      { role: "table", "aria-labelledby": id },
      make("thead", { role: "rowgroup" }, head),
      make("tbody", { role: "rowgroup" }, ...body),
    ),
  );
  return make("figure", { class: heads.length <= 8 ? "table stack" : "table" }, make("figcaption", { id }, caption), scroll);
}

/** The plans in their order, with what each loses. @param {Desk} desk @param {Scores} found */
function rankingTable({ bent, setting }, found) {
  const theory = found.shares.length;
  const rows = regrets(found, theory);
  const cells = ordered(found, theory).map((plan) => {
    const { regret, se, value, valueSe } = rows[plan];
    return [bent.plans[plan][1], loss(regret, se), lossInLives(bent, setting, rows[plan]), withError(value, valueSe)];
  });
  return table(
    "table-bent-ranking",
    "The plans in their order by your setting: points lost to the best one ± standard error, what that is worth, and the points expected.",
    ["plan", "loses", "as much as", "expected points"],
    cells,
  );
}

/** What each plan loses under each theory: theories down, plans across. @param {Desk} desk @param {Scores} found */
function regretTable({ bent }, found) {
  const theory = found.shares.length;
  const order = ordered(found, theory);
  const at = [theory, ...bent.theories.map((_, t) => t)];
  const rows = at.map((t) => regrets(found, t));
  return table(
    "table-bent-regret",
    "What each plan loses to the best one, in points ± standard error, over the weighted theories and under each of them. " +
      "Bold: the least, or all that cannot be told from it.",
    ["if", ...order.map((plan) => bent.plans[plan][1])],
    rows.map((row, r) => [
      r ? `${bent.theories[r - 1][1]} (${weightText(found.shares[r - 1])})` : "weighted",
      ...order.map((plan) => withError(row[plan].regret, row[plan].se)),
    ]),
    (r, c) => leaders(rows[r], found.matters).includes(order[c]),
  );
}

/** Where two plans change places between two theories: the nearest to the weights of now first. @param {Desk} desk @param {Scores} found */
function flipsShown({ bent }, found) {
  const flips = flipsOf(found);
  const now = (/** @type {Flip} */ { between: [a, p] }) => found.shares[a] / (found.shares[a] + found.shares[p]);
  const away = (/** @type {Flip} */ flip) => {
    const distance = Math.abs((flip.weight ?? NaN) - now(flip));
    return Number.isNaN(distance) ? 2 : distance;
  };
  const turning = flips.filter((flip) => flip.weight !== null).sort((a, b) => away(a) - away(b));
  const never = flips.filter((flip) => flip.weight === null && !flip.unsure).length;
  const unsure = flips.length - turning.length - never;
  const others = never === 1 ? "one other comparison" : `${never} other comparisons`;
  const rest = [
    turning.length > SHOWN ? `${turning.length - SHOWN} more turn further off.` : "",
    never ? `In ${others} no division of the weight changes the order by what matters.` : "",
    unsure ? `In ${unsure} the runs cannot tell where the order changes, or whether it does.` : "",
  ];
  const rows = turning.slice(0, SHOWN).map((flip) => {
    const [first, second] = flip.between.map((theory) => bent.theories[theory][1]);
    const share = now(flip);
    return [
      `${first}; or ${second}`,
      shareWithError(flip.weight ?? NaN, flip.se),
      Number.isNaN(share) ? "no weight" : percent(share),
      ...flip.plans.map((plan) => bent.plans[plan][1]),
    ];
  });
  const said = make("p", { id: "bent-flips-rest" }, rest.filter(Boolean).join(" "));
  if (!rows.length) return [said];
  const heads = ["between", "turns where the first has", "it has now", "ahead above", "ahead below"];
  return [
    table(
      "table-bent-flips",
      "Where the better of two plans changes: the share that the first theory has of the weight of the two.",
      heads,
      rows,
    ),
    said,
  ];
}

/**
 * The picture: a row for each plan, a lettered dot for each theory at what the plan loses under it, a diamond for the weighted result.
 * @param {Desk} desk
 * @param {Scores} found
 * @param {SVGElement} svg
 * @param {number} width
 */
function picture({ bent }, found, svg, width) {
  const theory = found.shares.length;
  const lost = [...bent.theories.map((_, t) => regrets(found, t)), regrets(found, theory)];
  const every = lost
    .flat()
    .map((row) => row.regret)
    .sort((a, b) => a - b);
  const most = every[every.length - 1] || 1;
  const root = most >= 8 * every[Math.floor(every.length / 2)];
  const [left, right, radius] = [12, width - 16, 8];
  const across = (/** @type {number} */ points) => left + (root ? Math.sqrt(points / most) : points / most) * (right - left);
  /** @type {SVGElement[]} */
  const marks = [];
  let top = 0;
  const order = ordered(found, theory);
  for (const plan of order) {
    const { regret, se } = lost[theory][plan];
    const at = across(regret);
    const dots = lanes(
      bent.theories.map((_, t) => across(lost[t][plan].regret)),
      at,
      2 * radius,
    );
    const middle = top + 28 + (1 - Math.min(...dots.map(({ lane }) => lane))) * radius * 1.6;
    marks.push(draw("text", { x: left, y: top + 14, "font-size": 13, "font-weight": 700, fill: "#1a1a1a" }, bent.plans[plan][1]));
    marks.push(draw("text", { x: right, y: top + 14, "font-size": 12, fill: "#1a1a1a", "text-anchor": "end" }, loss(regret, se)));
    marks.push(draw("line", { x1: left, x2: right, y1: middle, y2: middle, stroke: "#8a8a8a" }));
    for (const { x, lane, place } of dots) {
      const y = middle + lane * 1.6 * radius;
      marks.push(draw("circle", { cx: x, cy: y, r: radius, fill: "#fff", stroke: "#1c4e80" }));
      marks.push(draw("text", { x, y: y + 4, "font-size": 11, fill: "#1c4e80", "text-anchor": "middle" }, letter(place)));
    }
    marks.push(draw("path", { d: `M${at} ${middle - 9}l7 9l-7 9l-7 -9z`, fill: "#1a1a1a" }));
    top = middle + 14 + Math.max(...dots.map(({ lane }) => lane)) * radius * 1.6;
  }
  const step = 10 ** Math.floor(Math.log10(most)) / 10;
  const ticks = [0, ...(root ? [0.05, 0.25, 0.5, 1] : [0.25, 0.5, 0.75, 1])].map((part) => Math.floor((part * most) / step) * step);
  const lines = [...new Set(ticks)].map((tick) =>
    draw("line", { x1: across(tick), x2: across(tick), y1: 20, y2: top + 4, stroke: "#d4d4d4" }),
  );
  for (const tick of new Set(ticks))
    marks.push(
      draw(
        "text",
        { x: across(tick), y: top + 16, "font-size": 11, fill: "#595959", "text-anchor": tick ? "middle" : "start" },
        number(tick),
      ),
    );
  marks.push(draw("text", { x: left, y: top + 31, "font-size": 11, fill: "#595959" }, "points lost to the best plan under that theory"));
  svg.setAttribute("viewBox", `0 0 ${width} ${top + 36}`);
  const said = order.map(
    (plan) => `${bent.plans[plan][1]} loses ${loss(lost[theory][plan].regret, lost[theory][plan].se)} points over the weighted theories`,
  );
  svg.setAttribute("aria-label", `${said.join("; ")}.`);
  svg.replaceChildren(...lines, ...marks);
}

/**
 * Dots from left to right, each in the lane nearest to the middle in which it touches none before it, nor the mark at `middle`.
 * @param {number[]} xs
 * @param {number} middle
 * @param {number} wide
 */
function lanes(xs, middle, wide) {
  /** @type {{x: number, lane: number, place: number}[]} */
  const put = [];
  const free = (/** @type {number} */ x, /** @type {number} */ lane) =>
    (lane !== 0 || Math.abs(x - middle) >= wide) && put.every((one) => one.lane !== lane || Math.abs(one.x - x) >= wide);
  for (const { x, place } of xs.map((x, place) => ({ x, place })).sort((a, b) => a.x - b.x)) {
    let lane = 0;
    while (!free(x, lane)) lane = lane > 0 ? -lane : 1 - lane;
    put.push({ x, lane, place });
  }
  return put;
}

/** @param {number} theory */
const letter = (theory) => String.fromCharCode(65 + theory);
