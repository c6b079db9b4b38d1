// The arithmetic of the memo, as the program does it in decision/ and world/words.py: points, regret, errors, verdicts and flip points from
// means by scramble, and numbers as people read them. Exact: points are linear in the weights of the theories and in the values.

/**
 * @typedef {{name: string, title: string, per: number, unit: string, written: number, bound: number, amounts: string, event: string,
 *   pictured: number, each: string}} Measure
 * @typedef {{name: string, title: string, says: string, weights: number[], values: number[]}} Preset
 * @typedef {{command: string[], draws: number, lucks: number, seed: number, plans: [string, string][], theories: [string, string, string][],
 *   patron: string, whole: number, explicit: boolean, matters: number, measures: Measure[], presets: Preset[],
 *   docs: Record<string, [string, string]>, mass: number[], means: number[][][][]}} Bent
 * @typedef {{weights: number[], values: number[]}} Setting what a reader moves: a weight of each theory, points of each measure
 * @typedef {{mean: number, se: number}} Estimate
 * @typedef {{plan: number, regret: number, se: number, value: number, valueSe: number}} Lost what a plan loses to the best one
 * @typedef {"better" | "no material difference" | "cannot tell"} Verdict
 * @typedef {{between: [number, number], plans: [number, number], weight: number | null, se: number, unsure: boolean}} Flip
 * @typedef {{totals: number[][][], mass: number[], value: number[][], shares: number[], matters: number}} Scores
 */

const ERRORS = 2; // standard errors either side of a number that are taken as possible
const MINUS = "\u2212";

/** The sum in NumPy's order, from eight parts on in eight columns, so that a half is rounded to the same side. @param {number[]} parts */
function sum(parts) {
  if (parts.length < 8) return parts.reduce((whole, part) => whole + part, 0);
  const rest = parts.length - (parts.length % 8);
  const columns = parts.slice(0, 8);
  for (let place = 8; place < rest; place++) columns[place % 8] += parts[place];
  const [a, b, c, d, e, f, g, h] = columns;
  return parts.slice(rest).reduce((whole, part) => whole + part, a + b + (c + d) + (e + f + (g + h)));
}

/**
 * The mean and its error from sums by scramble, as decision/monte_carlo_error.py.
 * @param {number[]} total
 * @param {number[]} mass
 * @returns {Estimate}
 */
function estimate(total, mass) {
  const whole = sum(mass);
  const mean = sum(total) / whole;
  return {
    mean,
    se: errorOf(
      total.map((part, k) => (part - mean * mass[k]) / whole),
      mass,
    ),
  };
}

/** @param {number[]} parts @param {number[]} mass */
function errorOf(parts, mass) {
  const used = mass.filter((each) => each > 0).length;
  return used > 1 ? Math.sqrt((used / (used - 1)) * sum(parts.map((part) => part * part))) : NaN;
}

/**
 * Points of every plan under every theory and, last, over the weighted ones, by scramble.
 * @param {Bent} bent
 * @param {Setting} setting
 * @returns {Scores}
 */
function scoresOf(bent, setting) {
  const all = sum(setting.weights);
  const shares = setting.weights.map((weight) => weight / all);
  const worth = setting.values.map((points, v) => points / bent.measures[v].per);
  const totals = bent.means.map((plan) => {
    const alone = plan.map((theory) => bent.mass.map((mass, k) => mass * sum(theory.map((mean, v) => worth[v] * mean[k]))));
    return [...alone, bent.mass.map((_, k) => sum(alone.map((total, t) => total[k] * shares[t])))];
  });
  const value = totals.map((plan) => plan.map((total) => estimate(total, bent.mass).mean));
  return { totals, mass: bent.mass, value, shares, matters: bent.matters };
}

/**
 * How many points the first plan scores above the second.
 * @param {Scores} found
 * @param {number} theory
 * @param {number} first
 * @param {number} second
 */
function difference(found, theory, first, second) {
  const [one, other] = [found.totals[first][theory], found.totals[second][theory]];
  return estimate(
    one.map((total, k) => total - other[k]),
    found.mass,
  );
}

/** The plans under one theory, the most points first; as in the file where they score the same. @param {Scores} found @param {number} theory */
const ordered = (found, theory) =>
  found.value.map((_, plan) => plan).sort((a, b) => found.value[b][theory] - found.value[a][theory] || a - b);

/** What each plan loses to the best one under a theory, in the order of the plans. @param {Scores} found @param {number} theory @returns {Lost[]} */
function regrets(found, theory) {
  const best = ordered(found, theory)[0];
  return found.value.map((value, plan) => ({
    plan,
    regret: found.value[best][theory] - value[theory],
    se: difference(found, theory, best, plan).se,
    value: value[theory],
    valueSe: estimate(found.totals[plan][theory], found.mass).se,
  }));
}

/** @param {number} ahead @param {number} se @param {number} matters @returns {Verdict} */
function verdict(ahead, se, matters) {
  if (Math.abs(ahead) + ERRORS * se <= matters) return "no material difference";
  return ahead - ERRORS * se > matters ? "better" : "cannot tell";
}

/** Those not surely behind the best by more than what matters: one alone leads. @param {Lost[]} rows @param {number} matters */
const leaders = (rows, matters) => rows.filter((row) => verdict(row.regret, row.se, matters) !== "better").map((row) => row.plan);

/** @param {Estimate} amount */
const surely = ({ mean, se }) => Number.isFinite(se) && (Math.abs(mean) > ERRORS * se || (mean === 0 && se === 0));

/** Whether a share's range covers at most half of the scale. @param {number} share @param {number} se */
const narrow = (share, se) => Number.isFinite(se) && Math.min(share + ERRORS * se, 1) - Math.max(share - ERRORS * se, 0) <= 0.5;

/**
 * Where two plans change places between two theories, as decision/flip.py; the one ahead under the first theory is named first.
 * @param {Scores} found @param {[number, number]} between @param {[number, number]} pair @returns {Flip}
 */
function flipBetween(found, between, pair) {
  const [a, p] = between;
  const plans = found.value[pair[0]][a] >= found.value[pair[1]][a] ? pair : /** @type {[number, number]} */ ([pair[1], pair[0]]);
  const [under, other] = between.map((theory) => difference(found, theory, plans[0], plans[1]));
  const told = surely(under) && surely(other);
  const same =
    verdict(under.mean, under.se, found.matters) === "no material difference" &&
    verdict(other.mean, other.se, found.matters) === "no material difference";
  const nowhere = { between, plans, weight: null, se: NaN };
  const [d, e] = [under.mean, other.mean];
  const weight = (d < 0 && e > 0) || (d > 0 && e < 0) ? -e / (d - e) : NaN;
  if (!(weight > 0 && weight < 1)) return { ...nowhere, unsure: !told && !same };
  const whole = sum(found.mass);
  const parts = (/** @type {number} */ theory, /** @type {number} */ mean) =>
    found.mass.map((mass, k) => (found.totals[plans[0]][theory][k] - found.totals[plans[1]][theory][k] - mean * mass) / whole);
  const [first, second] = [parts(a, d), parts(p, e)];
  const se = errorOf(
    first.map((part, k) => (e * part - d * second[k]) / (d - e) ** 2),
    found.mass,
  );
  if (!told || !narrow(weight, se)) return { ...nowhere, unsure: !same };
  return { between, plans, weight, se, unsure: false };
}

/**
 * The flip points between every two theories: of their best plans, and of the two that lead when weighted.
 * @param {Scores} found
 * @returns {Flip[]}
 */
function flipsOf(found) {
  const theories = found.shares.length;
  const [lead, next] = ordered(found, theories);
  /** @type {Flip[]} */
  const rows = [];
  for (let a = 0; a < theories; a++)
    for (let p = a + 1; p < theories; p++) {
      const [one, two] = [ordered(found, a)[0], ordered(found, p)[0]];
      if (one !== two) rows.push(flipBetween(found, [a, p], [one, two]));
      if (!([lead, next].includes(one) && [lead, next].includes(two) && one !== two)) rows.push(flipBetween(found, [a, p], [lead, next]));
    }
  return rows;
}

// --- numbers as people read them: world/words.py ------------------------------------------------------------------------------------------

/** A half to the even number. @param {number} value */
function halfEven(value) {
  const near = Math.round(value);
  return near - value === 0.5 && near % 2 ? near - 1 : near;
}

/**
 * So many decimals, or below 0 whole tens, hundreds and so on; a half to the even digit as Python has it, thousands apart, a true minus sign.
 * @param {number} value @param {number} decimals
 */
function fixed(value, decimals) {
  if (decimals < 0) return fixed(halfEven(value / 10 ** -decimals) * 10 ** -decimals, 0);
  const size = Math.abs(value);
  let text = size.toFixed(decimals);
  const [, beyond] = size.toFixed(Math.min(decimals + 40, 100)).split(".");
  if (/^50*$/.test((beyond ?? "").slice(decimals)) && /[13579]$/.test(text)) text = (Number(text) - 10 ** -decimals).toFixed(decimals);
  const [whole, part] = text.split(".");
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
  return value < 0 && /[1-9]/.test(text) ? MINUS + apart : apart;
}

/** With three figures. @param {number} value */
function number(value) {
  if (!Number.isFinite(value)) return "n/a";
  const text = fixed(value, value === 0 ? 0 : Math.min(Math.max(2 - Math.floor(Math.log10(Math.abs(value))), 0), 4));
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

/**
 * Decimals that leave the error one figure, or two where the first is a 1; below 0 tens, hundreds and so on.
 * @param {number} error @param {number} most
 */
function decimalsOf(error, most = 4) {
  if (!Number.isFinite(error) || error <= 0) return error === 0 ? most : 0;
  const power = Math.floor(Math.log10(error) + 1e-12);
  const leading = Math.round((error / 10 ** power) * 1e6) / 1e6;
  return Math.min(-power + (leading < 2 ? 1 : 0), most);
}

/** @param {number} mean @param {number} se */
function withError(mean, se) {
  if (!Number.isFinite(mean)) return "n/a";
  if (!Number.isFinite(se)) return `${number(mean)}, error not known`;
  if (se === 0) return `${number(mean)} ± 0`;
  const places = decimalsOf(se);
  return `${fixed(mean, places)} ± ${se >= 0.5 * 10 ** -places ? fixed(se, places) : "<0.0001"}`;
}

/** A loss, which cannot be below 0: with its error where it is surely above, else what it is at most. @param {number} amount @param {number} se */
function loss(amount, se) {
  if (amount === 0 && se === 0) return "0";
  return !Number.isFinite(se) || surely({ mean: amount, se }) ? withError(amount, se) : `at most ${number(atMost(amount, se))}`;
}

/** @param {number} amount @param {number} se */
const atMost = (amount, se) => Math.max(amount, 0) + ERRORS * se;

/** A share as a percentage, which is 0% or 100% only where it is. @param {number} share */
function percent(share) {
  if (share > 0 && share < 0.001) return "<0.1%";
  if (share > 0.999 && share < 1) return ">99.9%";
  const near = (share > 0 && share < 0.0095) || (share > 0.9905 && share < 1);
  return `${fixed(100 * share, near ? 1 : 0)}%`;
}

/** The weight of a theory: with a decimal where it has one. @param {number} weight */
const weightText = (weight) =>
  Math.abs(100 * weight - Math.round(100 * weight)) < 0.05 || weight < 0.001 || (weight > 0.999 && weight < 1)
    ? percent(weight)
    : `${fixed(100 * weight, 1)}%`;

/** A share with its error, in percent. @param {number} share @param {number} se */
function shareWithError(share, se) {
  if (se === 0) return `${percent(share)} ± 0%`;
  if (share > 0 && share < 0.001 && se < 0.0005) return "<0.1% ± <0.1%";
  if (share > 0.999 && share < 1 && se < 0.0005) return ">99.9% ± <0.1%";
  const places = decimalsOf(100 * se, 1);
  return `${fixed(100 * share, places)}% ± ${se < 0.0005 ? "<0.1%" : `${fixed(100 * se, places)}%`}`;
}

/**
 * A loss in lives or money: the amount where it is surely above 0, else what it is at most.
 * @param {Bent} bent
 * @param {Setting} setting
 * @param {Lost} row
 */
function lossInLives(bent, setting, { regret, se }) {
  if (regret === 0 && se === 0) return "";
  const sure = !Number.isFinite(se) || surely({ mean: regret, se });
  const said = inLivesOrMoney(bent, setting, sure ? regret : atMost(regret, se));
  return said && !sure ? `at most ${said}` : said;
}

/**
 * So many points in lives, else in money, else in the chance of an event, as show/lives_and_money.py.
 * @param {Bent} bent
 * @param {Setting} setting
 * @param {number} points
 */
function inLivesOrMoney(bent, setting, points) {
  const valued = bent.measures.map((measure, v) => ({ ...measure, points: setting.values[v] })).filter((measure) => measure.points !== 0);
  const rounded = (/** @type {number} */ amount) => {
    if (amount === 0) return "0";
    const step = Number(`1e${Math.floor(Math.log10(amount)) - 1}`);
    return number(halfEven(amount / step) * step);
  };
  const [pictured] = valued.filter((measure) => measure.pictured >= 0).sort((a, b) => a.pictured - b.pictured);
  if (pictured) return `${rounded(Math.abs(points / pictured.points) * pictured.per)} ${pictured.amounts}`;
  const event = valued.find((measure) => measure.event);
  if (!event) return "";
  const share = rounded(100 * Math.abs(points / event.points) * event.per);
  return `${share} ${share === "1" ? "percentage point" : "percentage points"} more or less of “${event.event}”`;
}
