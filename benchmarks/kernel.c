/* donbas-2017 by hand: the month that the engine plays, in lanes of runs, specialised to this war (two sides, two patrons, seven plans, eight
   theories, no phases). It is the ceiling in practice that the engine is measured against (kernel.py), and is checked against the engine on the
   same uniforms (tests/benchmarks/test_kernel.py). Sections are those of docs/explanation/model.md. */
#include "kernel_plans.h"
#include "kernel_theories.h"

#define BANDS 6
#define BAND_STRIDE 16

/* What depends on constants alone: how far a look is trusted, and what counts as losing, month by month. */
typedef struct {
    float trust[MONTHS], tell[MONTHS];
} Looks;

static void look(Looks *x) {
    float error = n_observation_balance_error * n_observation_balance_error, drift = n_observation_balance_drift * n_observation_balance_drift;
    float variance = error;
    for (int t = 0; t < MONTHS; t++) {
        float before = variance + drift;
        x->trust[t] = before / (before + error);
        variance = (1.0f - x->trust[t]) * before;
        x->tell[t] = n_observation_losing * __builtin_sqrtf(variance);
    }
}

/* The first day (sections 1, 2 and 5): state, and what later months are judged by. The block is zero but for keys and numbers. */
NOINLINE static void first_day(Block *B) {
    EACH {
        float sbar = n_patron_baseline_1, s = n_support_start_1 * sbar, rung = rung_of(s), held = n_opening_held, half = 0.5f * (ln(held) - ln(1.0f - held));
        B->F0[l] = n_side_personnel_0;
        B->F1[l] = n_side_personnel_1;
        B->q0[l] = half;
        B->q1[l] = -half;
        B->held_start[l] = logistic(2.0f * half);
        B->s[l] = B->s1[l] = B->s2[l] = B->s_start[l] = s;
        B->r0[l] = START_RUNG;
        B->r1[l] = B->rung_start[l] = B->seen[l] = rung;
        B->detected[l] = flag(rung >= 7.0f);
        B->most[l] = most_of(n_patron_means_1, sbar);
        B->M0[l] = 1.0f;
        B->M1[l] = lasting(n_side_dependence_1, s / sbar);
        B->w0[l] = n_will_level_0;
        B->w1[l] = n_will_level_1;
        B->faith[l] = ln(n_belief_prior_1 / (1.0f - n_belief_prior_1));
        B->regime[l] = START_REGIME;
        B->talks[l] = n_diplomacy_level;
        B->credibility[l] = n_spread_credibility;
        B->solidarity[l] = n_politics_solidarity;
        B->o_rung[l] = B->o_written[l] = START_RUNG;
        B->o_flow[l] = B->o_announce[l] = 1.0f;
        B->o_sanctions[l] = START_SANCTIONS;
        B->o_offer[l] = n_opening_peacekeeping_offered;
        B->o_ceiling[l] = 8.0f;
        B->settled_at[l] = B->recurred_at[l] = LATER;
        /* found once */
        B->per_stocks0[l] = 1.0f / n_side_stocks_0;
        B->per_stocks1[l] = 1.0f / n_side_stocks_1;
        B->per_scale0[l] = 1.0f / n_pressure_scale_0;
        B->per_scale1[l] = 1.0f / n_pressure_scale_1;
        B->per_dead[l] = 1.0f / n_bargain_client_dead;
        B->per_level1[l] = 1.0f / n_will_level_1;
        B->per_base[l] = 1.0f / most_of(1.0f - n_support_persistence_1, 1e-6f);
        B->per_pull[l] = 1.0f / most_of(1.0f - n_support_persistence_1 + n_richardson_fatigue_1, 1e-6f);
        B->stake_root[l] = 1.0f / __builtin_sqrtf(n_patron_stake_ratio_1);
        B->stay[l] = ex(-0.5f * n_bargain_horizon * n_support_exit_1);
    }
    EACH {
        Strength x = strength(B, l, B->r0[l], B->s[l], B->M0[l], B->M1[l], 0.0f, 0.0f, 1.0f);
        float busy = n_attrition_intensity_positional * (1.0f + n_posture_probe_intensity * 2.0f * logistic(n_posture_probe_base)), f0, f1;
        square_law(busy * n_attrition_lethality_1 * x.mu1, busy * n_attrition_lethality_0 * x.mu0, x.n0, x.n1, &f0, &f1);
        float dead = 1000.0f * f1 * x.men1, money = most_of(cost_of(B->r1[l]) / n_patron_budget_1 - 1.0f, 0.0f);
        B->b_ref[l] = B->bobs[l] = x.b;
        B->L0[l] = B->Lobs[l] = B->short1[l] = B->short2[l] = x.b + n_observation_shortfall_territory * (B->q0[l] - B->q1[l]);
        B->N0[l] = x.n1;
        B->killing_ref0[l] = (1.0f + x.j1) / x.j1;
        B->killing_ref1[l] = (1.0f + x.j0) / x.j0;
        B->usual_dead[l] = ln(n_pressure_scale_1 + dead);
        float pull = 1.0f - n_support_persistence_1;
        B->fading[l] = pull * n_patron_baseline_1 / most_of(pull + n_switching_pace_1, 1e-6f);
        B->cas1[0][l] = B->cas1[1][l] = B->cas1[2][l] = dead;
        B->pain_ref[l] = n_will_blood_1 * ln(1.0f + dead * B->per_scale1[l]) + n_will_money_1 * money + n_will_sanctions_1 * START_SANCTIONS * B->solidarity[l];
        float r = n_rational_decisiveness_1, edge = r * ln(n_patron_stake_ratio_1), p = logistic(edge);
        B->edge[l] = edge;
        B->value[l] = x.n1 / (r * p * (1.0f - p));
    }
}

/* Steps 1 to 3 (section 4): what the patrons see. */
NOINLINE static void observe(Block *B, int month, const Looks *looks, int theory) {
    const float trust = looks->trust[month], tell = looks->tell[month];
    EACH {
        float usable = B->regime[l] == HIGH ? 1.0f : 1.0f - B->o_line[l], error0, error1;
        Strength x = strength(B, l, B->r0[l], B->s[l], B->M0[l], B->M1[l], B->X0[l], B->Y[l], usable);
        normals(U(u_balance), U(u_balance + 1), &error0, &error1);
        float loss = x.b + n_observation_shortfall_territory * (B->q0[l] - B->q1[l]), rung = B->r1[l];
        float thought = B->bobs[l], b = thought + trust * (x.b + n_observation_balance_error * error0 - thought);
        B->bobs[l] = b;
        B->Lobs[l] += trust * (loss + n_observation_balance_error * error1 - B->Lobs[l]);
        B->b0[l] = x.b;
        B->N1[l] = x.n1;
        B->short0_true[l] = -loss;
        B->short1_true[l] = loss;
        B->losing_now[l] = flag(b - B->b_ref[l] < -tell);
        B->winning_now[l] = flag(b - B->b_ref[l] > tell);
        int covert = rung >= 7.0f, found = (x.men1 > n_observation_visible) & (U(u_detect + 1) < n_observation_report);
        int known = covert & ((B->detected[l] > 0.5f) | found), alarm = U(u_alarm + 1) < n_observation_false_alarm;
        float seen = covert ? (known ? rung : 6.0f) : alarm ? 7.0f : rung;
        float moved = flag(seen > B->seen[l]) - flag(seen < B->seen[l]), prior = ln(n_belief_prior_1 / (1.0f - n_belief_prior_1));
        B->detected[l] = flag(known);
        B->seen_now[l] = seen;
        B->faith[l] = clip(B->faith[l] + n_belief_gain * moved + n_belief_fade * (prior - B->faith[l]), -6.0f, 6.0f);
    }
    if (theory == DOMESTIC) {
        const float carry = n_politics_carry, rest = __builtin_sqrtf(1.0f - n_politics_carry * n_politics_carry);
        EACH {
            float oil, approval, other;
            normals(U(u_shocks), U(u_shocks + 1), &oil, &other);
            normals(U(u_shocks + 2), U(u_shocks + 3), &approval, &other);
            B->oil[l] = carry * B->oil[l] + rest * oil;
            B->approval[l] = carry * B->approval[l] + rest * approval;
        }
    }
}

static float gamma_table[1024]; /* log of the inverse distribution function (rng/transforms.py) */

void set_gamma(const float *table) { memcpy(gamma_table, table, sizeof gamma_table); }

static int any(const float *x, float value) {
    int found = 0;
    for (int l = 0; l < LANES; l++) found |= x[l] == value;
    return found;
}

/* Section 7: deliveries, upkeep, combat, materiel, territory. */
NOINLINE static void fight(Block *B, int month) {
    const int now = month % SHIPS;
    Lanes storm;
    EACH storm[l] = 1.0f;
    if (any(B->regime, HIGH)) {
        EACH {
            float u = U(u_common), place = (ln(u) - ln(1.0f - u) + 17.0f) * (1023.0f / 34.0f), low = clip(__builtin_floorf(place), 0.0f, 1022.0f);
            int i = (int)low;
            float at = gamma_table[i], weather = ex(at + (gamma_table[i + 1] - at) * (place - low));
            storm[l] = B->regime[l] == HIGH ? weather : 1.0f;
        }
    }
    EACH {
        float regime = B->regime[l], s = B->s[l], rung = B->r0[l], ahead = B->b0[l] - B->b_ref[l];
        int calm = regime == POSITIONAL;
        float probe0 = flag(calm & (U(u_probe) < logistic(n_posture_probe_base + ahead)));
        float probe1 = flag(calm & (U(u_probe + 1) < logistic(n_posture_probe_base - ahead)));
        float kept = 1.0f - n_supply_diversion, heavy = kept * B->heavy[now][l], counter = kept * B->counter[now][l];
        float extra = B->X0[l] + heavy, aid = B->A[l] + heavy, stock = B->Y[l] + counter;
        float M0 = B->M0[l], M1 = B->M1[l];
        M0 += (lasting(n_side_dependence_0, worth(rung) / START_WORTH) - M0) * B->per_stocks0[l];
        M1 += (lasting(n_side_dependence_1, s / n_patron_baseline_1) - M1) * B->per_stocks1[l];
        Strength x = strength(B, l, rung, s, M0, M1, extra, stock, regime == HIGH ? 1.0f : 1.0f - B->o_line[l]);
        float level = n_attrition_intensity_positional * (1.0f + n_posture_probe_intensity * (probe0 + probe1));
        level = regime == HIGH ? n_attrition_intensity_high : calm ? level : regime == TRUCE ? n_attrition_intensity_truce : 0.0f;
        float chi0 = -0.25f * ln(U(u_chi) * U(u_chi + 1) * (U(u_chi + 2) * U(u_chi + 3)));
        float chi1 = -0.25f * ln(U(u_chi + 4) * U(u_chi + 5) * (U(u_chi + 6) * U(u_chi + 7)));
        float off0 = B->off0[l], off1 = B->off1[l], more = n_attrition_attacker_penalty - 1.0f, pace = level * storm[l], f0, f1;
        square_law(pace * chi0 * (1.0f + more * off0) * n_attrition_lethality_1 * x.mu1,
                   pace * chi1 * (1.0f + more * off1) * n_attrition_lethality_0 * x.mu0, x.n0, x.n1, &f0, &f1);
        float F0 = B->F0[l], F1 = B->F1[l], killed0 = f0 * F0, killed1 = f1 * F1;
        float hunted0 = x.j1 / (1.0f + x.j1) * B->killing_ref0[l] - 1.0f, hunted1 = x.j0 / (1.0f + x.j0) * B->killing_ref1[l] - 1.0f;
        float lost0 = 1000.0f * least(1.0f, f0 * (1.0f + n_attrition_exposure_0 * hunted0)) * x.men0;
        float lost1 = 1000.0f * least(1.0f, f1 * (1.0f + n_attrition_exposure_1 * hunted1)) * x.men1;
        float wear = n_supply_heavy_wear * level, gone0 = least(1.0f, wear * (1.0f + n_attrition_blunting * x.j1));
        float gone1 = least(1.0f, wear * (1.0f + n_attrition_blunting * x.j0)), spent = least(1.0f, n_supply_counter_wear * level);
        float gap0 = n_side_target_0 * M0 - F0, gap1 = n_side_target_1 * M1 - F1;
        B->F0[l] = most_of(F0 - killed0 + gap0 * (1.0f / n_side_recovery_0) + least(gap0, 0.0f) * (1.0f - M0) * B->per_stocks0[l], 0.0f);
        B->F1[l] = most_of(F1 - killed1 + gap1 * (1.0f / n_side_recovery_1) + least(gap1, 0.0f) * (1.0f - M1) * B->per_stocks1[l], 0.0f);
        B->M0[l] = M0;
        B->M1[l] = M1;
        B->X0[l] = extra * (1.0f - gone0) + n_supply_captured * gone1 * x.h1;
        B->X1[l] = B->X1[l] * (1.0f - gone1) + n_supply_captured * gone0 * x.h0;
        B->A[l] = aid * (1.0f - gone0);
        B->Y[l] = stock * (1.0f - spent);
        B->heavy[now][l] = B->counter[now][l] = 0.0f;
        B->cost1[l] += gone1 * (0.25f * n_supply_price_heavy / n_supply_equivalents_heavy) * s;
        /* the front, by the fighting; a settlement moves it in `hand_over` */
        float noise0, noise1, push = regime == HIGH ? x.b : x.b - B->b_ref[l], noise = n_territory_noise * 0.70710678f * level;
        normals(U(u_territory), U(u_territory + 1), &noise0, &noise1);
        float gain = 0.5f * level * (n_territory_pace * push + n_territory_offensive_gain * (off0 - off1));
        int fought = regime < 2.5f;
        B->q0[l] += fought ? gain + noise * noise0 : 0.0f;
        B->q1[l] += fought ? noise * noise1 - gain : 0.0f;
        B->learnt[l] += level;
        B->b[l] = x.b;
        B->Nf0[l] = x.n0;
        B->Nf1[l] = x.n1;
        B->after0[l] = x.n0 * (1.0f - f0);
        B->after1[l] = x.n1 * (1.0f - f1);
        B->killed0[l] = 1000.0f * killed0;
        B->killed1[l] = 1000.0f * killed1;
        B->lost0[l] = lost0;
        B->lost1[l] = lost1;
        B->deaths[l] = 1000.0f * (killed0 + killed1) + (lost0 + lost1);
        float goods = n_supply_equivalents_heavy * heavy + n_supply_equivalents_counter * counter;
        B->owner_aid[l] = goods + n_attrition_patron_weight_0 * most_of(x.men0 - B->men_before[l], 0.0f);
        B->dead0[l] += lost0;
        B->dead1[l] += lost1;
    }
}

NOINLINE static void hand_over(Block *B) {
    EACH {
        float kept = B->terms[l] > 0.0f ? B->terms[l] : 0.5f, goal = 0.5f * (ln(kept) - ln(1.0f - kept));
        float part = 1.0f / most_of(n_bargain_transfer + 1.0f - B->age[l], 1.0f), on = B->regime[l] == SETTLED ? part : 0.0f;
        B->q0[l] += on * (goal - B->q0[l]);
        B->q1[l] += on * (-goal - B->q1[l]);
    }
}

/* Section 9: what both camps would sign. `spoil`: also who would rather fight on than keep the terms in force. */
INLINE void bargain_of(Block *B, const int spoil) {
    EACH {
        float s = B->s[l], front = B->q0[l] - B->q1[l], sbar = n_patron_baseline_1;
        float seated0 = flag(B->r0[l] >= 2.0f), seated1 = flag(B->r1[l] >= 2.0f) * (1.0f - B->left[l]);
        float force0 = most_of(B->Nf0[l], 1e-6f), force1 = most_of(B->Nf1[l], 1e-6f), M0 = B->M0[l], M1 = B->M1[l];
        float dep0 = n_side_dependence_0, dep1 = n_side_dependence_1;
        float gain0 = ln(most_of(lasting(dep0, worth(B->r0[l]) / START_WORTH), 0.05f) / most_of(M0, 0.05f));
        float keep1 = 1.0f / (most_of(M1, 0.05f) * force1);
        float own = B->foreseen[l], public = B->foreseen_public[l];
        float gain_own = ln(most_of(force1 + own - s, 0.05f * force1) * most_of(lasting(dep1, own / sbar), 0.05f) * keep1);
        float gain_public = ln(most_of(force1 + public - s, 0.05f * force1) * most_of(lasting(dep1, public / sbar), 0.05f) * keep1);
        float hope_mine = B->b[l] + gain0 - gain_public, hope_theirs = B->b[l] + gain0 - gain_own;
        /* what each could add before anybody could answer */
        float heavy = 0.0f, counter = 0.0f;
#pragma GCC unroll 8
        for (int row = 0; row < SHIPS; row++) {
            heavy += B->heavy[row][l];
            counter += B->counter[row][l];
        }
        float months = B->o_flow[l] * n_bargain_commitment;
        float coming = (1.0f - n_supply_diversion) * (n_supply_equivalents_heavy * (heavy + months * heavy_flow(B->r0[l])) +
                                                      n_supply_equivalents_counter * (counter + months * counter_flow(B->r0[l])));
        float most = B->most[l], cover = s > OVERT ? most : least(most, OVERT);
        float reserve = seated1 * least(n_bargain_reserve_1, most_of(cover - s, 0.0f));
        float lost = ln(1.0f + reserve / force1), won = ln(1.0f + coming / force0);
        /* what the war costs each, share of the area */
        float cost = n_bargain_cost, floor_ = n_bargain_cost_floor, bits = 0.5f * 1.44269504f;
        float pain_c0 = cost * (floor_ + bits * ln(1.0f + B->killed0[l] * B->per_dead[l]));
        float pain_c1 = cost * (floor_ + bits * ln(1.0f + B->killed1[l] * B->per_dead[l]));
        float mourned0 = (B->cas0[0][l] + B->cas0[1][l] + B->cas0[2][l]) * (1.0f / 3), mourned1 = (B->cas1[0][l] + B->cas1[1][l] + B->cas1[2][l]) * (1.0f / 3);
        float effort0 = bits * ln(1.0f + mourned0 * B->per_scale0[l]) + 0.5f * (1.0f / n_patron_budget_0) * B->cost0[l];
        float effort1 = bits * ln(1.0f + mourned1 * B->per_scale1[l]) + 0.5f * (1.0f / n_patron_budget_1) * B->cost1[l];
        float pain_p0 = cost * (floor_ + 2.0f * n_bargain_weight * effort0) * n_will_level_0 / most_of(B->w0[l], 0.05f);
        float pain_p1 = cost * (floor_ + 2.0f * n_bargain_weight * B->weight[l] * effort1) * B->stake_root[l] * n_will_level_1 / most_of(B->w1[l], 0.05f);
        /* what each would just accept */
        float reach = n_territory_pace * n_bargain_intensity * n_bargain_horizon, dim = 1.0f / (1.0f + n_bargain_learning * B->learnt[l]);
        float c0 = hope_mine + n_bargain_optimism_client_0 * dim, p0 = hope_mine + n_bargain_optimism_patron_0 * dim;
        float c1 = hope_theirs - n_bargain_optimism_client_1 * dim, p1 = hope_theirs - n_bargain_optimism_patron_1 * dim;
        float share_c0 = logistic(front + reach * c0), share_p0 = logistic(front + reach * p0);
        float share_c1 = logistic(front + reach * c1), share_p1 = logistic(front + reach * p1);
        float fear_c0 = share_c0 - logistic(front + reach * (c0 - lost)), fear_p0 = share_p0 - logistic(front + reach * (p0 - lost));
        float fear_c1 = share_c1 - logistic(front + reach * (c1 + won)), fear_p1 = share_p1 - logistic(front + reach * (p1 + won));
        float offer = most_of(B->o_offer[l], B->peacekeepers[l]), trust = offer / (offer + n_bargain_guarantee), doubt = 1.0f - trust;
        float low = share_c0 - pain_c0 + fear_c0 * doubt, low_p = share_p0 - pain_p0 + fear_p0 * doubt;
        float high = share_c1 + pain_c1 + fear_c1 * doubt, high_p = share_p1 + pain_p1 + fear_p1 * doubt;
        low = seated0 > 0.5f ? most_of(low, low_p) : low;
        high = seated1 > 0.5f ? least(high, high_p) : high;
        B->settle[l] = n_bargain_hazard * ex(n_bargain_talks * (B->talks[l] - 0.4f)) * likely((high - low) / n_bargain_tremble);
        B->deal_terms[l] = clip(low + n_bargain_surplus * (high - low), 0.001f, 0.999f);
        B->deal_pledge[l] = trust;
        if (spoil) {
            float pledged = B->pledged[l], out = 1.0f - pledged, terms = B->terms[l], sure = 1.0f / n_bargain_tremble;
            float spoilers = likely((share_c0 - pain_c0 + fear_c0 * out - terms) * sure);
            spoilers += seated0 * likely((share_p0 - pain_p0 + fear_p0 * out - terms) * sure);
            spoilers += likely((terms - share_c1 - pain_c1 - fear_c1 * out) * sure);
            spoilers += seated1 * likely((terms - share_p1 - pain_p1 - fear_p1 * out) * sure);
            float peace = n_bargain_recurrence_guarantees * pledged + n_bargain_recurrence_age * ln(1.0f + B->age[l]);
            B->recur[l] = n_bargain_recurrence * ex(-peace) * (1.0f + spoilers);
        }
    }
}

NOINLINE static void bargain(Block *B) { bargain_of(B, 0); }
NOINLINE static void bargain_and_spoil(Block *B) { bargain_of(B, 1); }

/* When each thing of the race would happen, months: -ln(u) / h. */
typedef struct {
    Lanes attack0, attack1, end0, end1, onset, broken, settle, u_broken, half_fresh, clash, direct, incident, unanswered, recurs;
} Clocks;

NOINLINE static void hazards(Block *B, Clocks *T, int month) {
    EACH {
        float talks = B->talks[l], b = B->b[l], width = __builtin_fabsf(b), ahead = b - B->b_ref[l], pk = n_truces_break_peacekeepers * B->peacekeepers[l];
        float leash = 1.0f - B->o_restraint[l] * (1.0f - n_side_slack_0);
        float attack0 = leash * ex(n_posture_offensive_base_0 + n_posture_offensive_balance_0 * ahead - n_posture_offensive_talks_0 * (talks - 0.4f));
        float attack1 = ex(n_posture_offensive_base_1 - n_posture_offensive_balance_1 * ahead - n_posture_offensive_talks_1 * (talks - 0.4f));
        float onset = ex(n_truces_onset_base + n_truces_onset_deaths * ln(1.0f + B->deaths[l] * 0.01f) - n_truces_onset_balance * width + n_truces_onset_talks * talks);
        float calm_push = n_truces_break_base + n_truces_break_aid_rival * B->gained[l] * 0.2f + n_truces_break_balance * width - pk;
        float push = calm_push + n_truces_break_aid_owner * B->owner_aid[l], fresh = ex(push), unaided = ex(calm_push);
        float aged = ex(push - n_truces_break_age * ln(1.0f + B->age[l])), u_b = -ln(U(u_break)), per = -1.0f / n_posture_culmination;
        T->attack0[l] = -ln(U(u_offensive)) / most_of(attack0, 1e-30f);
        T->attack1[l] = -ln(U(u_offensive + 1)) / most_of(attack1, 1e-30f);
        T->end0[l] = per * ln(U(u_culminate));
        T->end1[l] = per * ln(U(u_culminate + 1));
        T->onset[l] = -ln(U(u_onset)) / onset;
        T->broken[l] = u_b / aged;
        T->settle[l] = -ln(U(u_settle)) / most_of(B->settle[l], 1e-30f);
        T->u_broken[l] = u_b;
        T->half_fresh[l] = 0.5f * fresh;
        B->break_change[l] = ex(-unaided) - ex(-fresh);
    }
}

/* Clash and incident, and who asks for more: by what was true at the start of the month and has been done since. */
NOINLINE static void spread(Block *B, Clocks *T, int month) {
    EACH {
        float r0 = B->r0[l], r1 = B->r1[l], standing = B->credibility[l], brigades = n_alliance_readiness + B->o_brigades[l];
        float danger = n_spread_x_own * (r0 - 8.0f) + n_spread_x_rival * (r1 - 8.0f) + n_spread_x_both * 0.1f * (r0 * r1 - 64.0f);
        float further = danger - n_spread_incident_credibility * (standing - 0.7f) - n_spread_incident_readiness * (1.0f / 7) * brigades;
        float steady = n_spread_answer + n_spread_answer_credibility * (standing - 0.5f) + n_spread_answer_readiness * brigades;
        int going_on = B->regime[l] < 2.5f, clash = going_on & (-ln(U(u_clash)) < n_spread_clash_top * ex(danger));
        int incident = going_on & (-ln(U(u_incident)) < n_spread_incident_top * ex(further));
        T->clash[l] = flag(clash);
        T->direct[l] = flag(clash & (U(u_war) < n_spread_war_given_clash));
        T->incident[l] = flag(incident);
        T->unanswered[l] = flag(incident & (U(u_answer) >= logistic(steady)));
        T->recurs[l] = flag((B->regime[l] == SETTLED) & (-ln(U(u_recur)) < B->recur[l]));
        float ask0 = n_requests_shortfall * most_of(B->short0_true[l], 0.0f) + n_requests_rung * most_of(r1 - 7.0f, 0.0f);
        float ask1 = n_requests_shortfall * most_of(B->short1_true[l], 0.0f) + n_requests_rung * most_of(r0 - 7.0f, 0.0f);
        B->asked0[l] = flag(going_on & (-ln(U(u_ask)) < n_requests_base * ex(ask0)));
        B->asked1[l] = flag(going_on & (-ln(U(u_ask + 1)) < n_requests_base * ex(ask1)) & (B->left[l] < 0.5f));
    }
}

/* Section 8: what happens. By conditions, not by the number of the regime: the compiler does not vectorise a choice between conditions. */
NOINLINE static void chance(Block *B, const Clocks *T, int month) {
    EACH {
        float regime = B->regime[l], age = B->age[l], off0 = B->off0[l], off1 = B->off1[l], peace = B->peacekeepers[l];
        int high = regime == HIGH, calm = regime == POSITIONAL, truce = regime == TRUCE, agreed = regime == SETTLED, ready = calm | truce;
        int clash = T->clash[l] > 0.5f, direct = T->direct[l] > 0.5f, recurs = T->recurs[l] > 0.5f;
        float t_attack0 = ready ? T->attack0[l] : LATER, t_attack1 = ready ? T->attack1[l] : LATER;
        float t_end0 = high & (off0 > 0.5f) ? T->end0[l] : LATER, t_end1 = high & (off1 > 0.5f) ? T->end1[l] : LATER;
        float t_onset = high | calm ? T->onset[l] : LATER, t_break = truce ? T->broken[l] : LATER, t_settle = ready ? T->settle[l] : LATER;
        float t_end = least(t_end0, t_end1), first = least(least(least(t_attack0, t_attack1), least(t_end, t_onset)), least(t_break, t_settle));
        int happens = first < 1.0f, new0 = happens & (t_attack0 == first), new1 = happens & (t_attack1 == first), attacked = new0 | new1;
        int ended = happens & (t_end == first), began = happens & (t_onset == first), at_once = began & (T->u_broken[l] < T->half_fresh[l]);
        int holds = began & (T->u_broken[l] >= T->half_fresh[l]), breaks = happens & (t_break == first), settled = happens & (t_settle == first);
        /* collapse before direct war, both before the race */
        float front = B->q0[l] - B->q1[l], edge0 = ln(n_side_collapse_share_0 / (1.0f - n_side_collapse_share_0)), edge1 = ln(n_side_collapse_share_1 / (1.0f - n_side_collapse_share_1));
        int gone0 = (regime < 2.5f) & ((B->after0[l] < n_truces_collapse_force) | (front < edge0));
        int gone1 = (regime < 2.5f) & ((B->after1[l] < n_truces_collapse_force) | (-front < edge1));
        int collapsed = gone0 | gone1, stands = !(collapsed | direct);
        int stays = !(attacked | ended | breaks | recurs | holds | settled);
        int is_high = stands & (attacked | (high & stays)), is_truce = stands & (holds | (truce & stays)), is_settled = stands & (settled | (agreed & stays));
        int back = stands & (ended | breaks | recurs);
        float next = is_high ? HIGH : is_truce ? TRUCE : is_settled ? SETTLED : back ? POSITIONAL : regime;
        next = collapsed ? COLLAPSED : direct ? DIRECT_WAR : next;
        int agreement = settled & stands;
        float ease = ex(n_diplomacy_ease * (B->talks[l] - 0.4f));
        int deployed = truce & (B->o_offer[l] > 0.0f) & (peace == 0.0f) & (-ln(U(u_deploy)) < n_diplomacy_deployment * ease);
        float on0 = attacked ? flag(new0) : off0, on1 = attacked ? flag(new1) : off1;
        B->off0[l] = is_high ? on0 : 0.0f;
        B->off1[l] = is_high ? on1 : 0.0f;
        B->regime[l] = next;
        B->age[l] = is_truce | is_settled ? (holds | settled ? 1.0f : age + 1.0f) : 0.0f;
        B->gone0[l] = most_of(B->gone0[l], flag(gone0));
        B->gone1[l] = most_of(B->gone1[l], flag(gone1));
        B->terms[l] = agreement ? B->deal_terms[l] : B->terms[l];
        B->pledged[l] = agreement ? B->deal_pledge[l] : B->pledged[l];
        B->peacekeepers[l] = is_high ? 0.0f : deployed ? B->o_offer[l] : peace;
        float began_ = flag(began & stands), broke = flag((breaks | at_once) & stands);
        B->f_began[l] = began_;
        B->f_broke[l] = broke;
        B->f_clash[l] = flag(clash);
        B->f_incident[l] = T->incident[l];
        B->f_attack0[l] = flag(new0 & stands);
        B->f_attack1[l] = flag(new1 & stands);
        B->exchange[l] = flag(ready & (-ln(U(u_exchange)) < n_diplomacy_exchange * ease));
        B->unanswered[l] = T->unanswered[l];
        B->recurs[l] = T->recurs[l];
        /* sums that need the regime and age before the month */
        B->early[l] += broke * flag((regime != TRUCE) | (age < 1.5f));
        B->truce_months[l] += flag(truce) + 0.5f * began_;
    }
}

/* Section 9: will, talks, credibility, solidarity. */
NOINLINE static void minds(Block *B, int month) {
    EACH {
        float noise0, noise1, calm, other, w0 = B->w0[l], w1 = B->w1[l];
        normals(U(u_will), U(u_will + 1), &noise0, &noise1);
        normals(U(u_track), U(u_track + 1), &calm, &other);
        float bite = n_will_sanctions_1 * B->o_sanctions[l] * B->solidarity[l];
        float hurt0 = n_will_blood_0 * ln(1.0f + B->lost0[l] * B->per_scale0[l]) + n_will_money_0 * most_of(B->cost0[l] * (1.0f / n_patron_budget_0) - 1.0f, 0.0f);
        float hurt1 = n_will_blood_1 * ln(1.0f + B->lost1[l] * B->per_scale1[l]) + n_will_money_1 * most_of(B->cost1[l] * (1.0f / n_patron_budget_1) - 1.0f, 0.0f) + bite;
        float exposed = flag((B->r1[l] >= 8.0f) & (B->rung_start[l] < 8.0f)), refused0 = B->refused0[l], newly = B->newly[l];
        w0 += n_will_return_0 * (n_will_level_0 - w0) - hurt0 - n_will_refusal_0 * refused0 + n_will_rally_0 * B->off1[l] + n_will_noise_0 * noise0;
        w1 += n_will_return_1 * (n_will_level_1 - w1) - hurt1 + B->pain_ref[l] - n_will_intervention_1 * exposed - n_will_refusal_1 * B->refused1[l] +
              n_will_rally_1 * B->off0[l] + n_will_noise_1 * noise1;
        B->w0[l] = clip(w0, 0.0f, 1.0f);
        B->w1[l] = clip(w1, 0.0f, 1.0f);
        B->spent0[l] += B->cost0[l];
        B->spent1[l] += B->cost1[l];
        B->cas0[2][l] = B->cas0[1][l];
        B->cas0[1][l] = B->cas0[0][l];
        B->cas0[0][l] = B->lost0[l];
        B->cas1[2][l] = B->cas1[1][l];
        B->cas1[1][l] = B->cas1[0][l];
        B->cas1[0][l] = B->lost1[l];
        float attacked = B->f_attack0[l] + B->f_attack1[l], talks = B->talks[l], home = n_diplomacy_level + B->o_effort[l] * n_diplomacy_effort;
        talks += n_diplomacy_return * (home - talks) - newly * n_pretext_talks - n_diplomacy_offensive * attacked - n_diplomacy_broken * B->f_broke[l] -
                 n_diplomacy_refusal * refused0 + n_diplomacy_truce * B->f_began[l] + n_diplomacy_exchanged * B->exchange[l] + n_diplomacy_noise * calm;
        B->talks[l] = clip(talks, 0.0f, 1.0f);
        float trust = B->credibility[l], silent = B->unanswered[l], front = B->solidarity[l];
        trust += n_spread_return * (n_spread_credibility - trust) - n_spread_refusal * refused0 - n_spread_unanswered * silent + n_spread_answered * (B->f_incident[l] - silent);
        B->credibility[l] = clip(trust, 0.0f, 1.0f);
        front += n_politics_return * (n_politics_solidarity - front) - n_politics_announced * newly + n_politics_attacked * B->f_attack1[l] + n_politics_resolve * (B->resolve[l] - 0.5f);
        B->solidarity[l] = clip(front, 0.0f, 1.0f);
        B->seen[l] = B->seen_now[l];
        B->losing[l] = B->losing_now[l];
        B->winning[l] = B->winning_now[l];
    }
}

/* Section 10: the sums of the measures. */
NOINLINE static void tally(Block *B, int month) {
    const float number = (float)(month + 1), inside = (month + 1 >= DELIVERY) & (month + 1 < DELIVERY + 6) ? 1.0f : 0.0f;
    EACH {
        int first = (B->settled_at[l] > 0.5f * LATER) & (B->regime[l] == SETTLED);
        float hit = flag(B->owner_aid[l] > 0.0f);
        B->settled_at[l] = first ? number : B->settled_at[l];
        B->t_terms[l] = first ? B->terms[l] : B->t_terms[l];
        B->t_pledged[l] = first ? B->pledged[l] : B->t_pledged[l];
        B->recurred_at[l] = B->recurs[l] > 0.5f ? least(B->recurred_at[l], number) : B->recurred_at[l];
        B->clash[l] = most_of(B->clash[l], B->f_clash[l]);
        B->incident[l] = most_of(B->incident[l], B->f_incident[l]);
        B->e_unanswered[l] = most_of(B->e_unanswered[l], B->unanswered[l]);
        B->e_exchange[l] = most_of(B->e_exchange[l], B->exchange[l]);
        B->deployed[l] = most_of(B->deployed[l], flag(B->peacekeepers[l] > 0.0f));
        B->silences[l] += B->silent[l];
        B->t_deaths[l] += B->deaths[l];
        B->attack_own[l] = most_of(B->attack_own[l], inside * B->f_attack0[l]);
        B->attack_rival[l] = most_of(B->attack_rival[l], inside * B->f_attack1[l]);
        B->truces[l] += B->f_began[l];
        B->t_change[l] += hit * B->break_change[l];
        B->deliveries[l] += hit;
        B->requests[l] += B->asked0[l];
        B->t_granted[l] += B->granted[l];
        B->unordered[l] += B->unordered_now[l];
    }
    if (month == 23) {
        EACH {
            B->drawn_in[l] = flag(B->r0[l] > B->o_written[l]);
            B->risen[l] = flag(B->r0[l] > START_RUNG);
            B->support_24[l] = B->s[l];
            B->rung_24[l] = B->r0[l];
        }
    }
}

/* One number a measure. `there` says where it is one: nan elsewhere (as bits: the compiler believes that there is no nan). */
#define PUT(name, number, there) table[m_##name][l] = (there) ? bits_of(number) : 0x7fc00000
NOINLINE static void measures(const Block *B, float *out, long stride) {
    int32_t table[MEASURES][LANES] __attribute__((aligned(64)));
    EACH {
        float at = B->settled_at[l], truces = most_of(B->truces[l], 1.0f), front = logistic(B->q0[l] - B->q1[l]);
        int peace = at < 0.5f * LATER, collapsed = B->regime[l] == COLLAPSED;
        PUT(settlement_by_12_months, flag(at <= 12.0f), 1);
        PUT(settlement_by_24_months, flag(at <= 24.0f), 1);
        PUT(settlement_by_60_months, flag(at <= 60.0f), 1);
        PUT(settlement_month, at, peace);
        PUT(settlement_terms, B->t_terms[l], peace);
        PUT(settlement_guarantees, B->t_pledged[l], peace);
        PUT(settlement_lasts, flag(B->recurred_at[l] > at + 24.0f), at + 24.0f <= (float)MONTHS);
        PUT(settled_ground, peace ? B->t_terms[l] - B->held_start[l] : 0.0f, 1);
        PUT(recurrence, flag(B->recurred_at[l] < 0.5f * LATER), 1);
        PUT(collapse_own, flag(collapsed & (B->gone0[l] > 0.5f)), 1);
        PUT(collapse_rival, flag(collapsed & (B->gone1[l] > 0.5f)), 1);
        PUT(offensive_own, B->attack_own[l], 1);
        PUT(offensive_rival, B->attack_rival[l], 1);
        PUT(clash, B->clash[l], 1);
        PUT(direct_war, flag(B->regime[l] == DIRECT_WAR), 1);
        PUT(spread, B->incident[l], 1);
        PUT(spread_unanswered, B->e_unanswered[l], 1);
        PUT(drawn_in, B->drawn_in[l], 1);
        PUT(drawn_in_from_start, B->risen[l], 1);
        PUT(rung_24, B->rung_24[l], 1);
        PUT(rival_quits, B->left[l], 1);
        PUT(exchange, B->e_exchange[l], 1);
        PUT(peacekeepers, B->deployed[l], 1);
        PUT(silent, flag(B->silences[l] > 0.5f), 1);
        PUT(silences, B->silences[l], 1);
        PUT(deaths, B->t_deaths[l], 1);
        PUT(civilians, n_civilians_ratio * B->t_deaths[l], 1);
        PUT(deaths_owner, B->dead0[l], 1);
        PUT(deaths_rival, B->dead1[l], 1);
        PUT(territory, front, 1);
        PUT(support_change, B->support_24[l] - B->s_start[l], 1);
        PUT(cost, B->spent0[l], 1);
        PUT(cost_rival, B->spent1[l], 1);
        PUT(truces, B->truces[l], 1);
        PUT(truces_broken_in_30_days, B->early[l] / truces, B->truces[l] > 0.5f);
        PUT(truce_length, B->truce_months[l] / truces, B->truces[l] > 0.5f);
        PUT(truce_break_change, B->t_change[l] / most_of(B->deliveries[l], 1.0f), B->deliveries[l] > 0.5f);
        PUT(requests, B->requests[l], 1);
        PUT(granted, B->t_granted[l], 1);
        PUT(granted_unordered, B->unordered[l], 1);
        PUT(talks, B->talks[l], 1);
        PUT(credibility, B->credibility[l], 1);
        PUT(solidarity, B->solidarity[l], 1);
        PUT(will, B->w0[l], 1);
        PUT(will_rival, B->w1[l], 1);
    }
    for (int row = 0; row < MEASURES; row++) memcpy(out + row * stride, table[row], sizeof table[row]);
}

/* What the fan charts show of a month, every 16th run; bands are [MONTHS][BANDS][runs / 16]. */
NOINLINE static void band(const Block *B, int month, float *bands, long stride, long at) {
    float *row = bands + (long)month * BANDS * stride + at;
    for (int l = 0; l < LANES; l += BAND_STRIDE, row++) {
        row[0] = B->b[l];
        row[stride] = logistic(B->q0[l] - B->q1[l]);
        row[2 * stride] = B->s[l];
        row[3 * stride] = B->r0[l];
        row[4 * stride] = B->deaths[l];
        row[5 * stride] = B->talks[l];
    }
}

/* Runs first .. first + count of draws x lucks, draws first; count is a multiple of LANES.
   numbers [ROWS][draws], outcomes [M][stride], bands [MONTHS][BANDS][stride / 16]; the first run goes to place 0. */
void play(int plan, int theory, const uint32_t *seed, const float *numbers, long draws, long lucks, long first, long count, float *outcomes,
          float *bands, long stride) {
    Looks looks;
    Clocks clocks;
    Block block, *B = &block;
    look(&looks);
    for (long at = 0; at < count; at += LANES) {
        memset(B, 0, sizeof block);
        for (int l = 0; l < LANES; l++) {
            long run = first + at + l, last = draws * lucks - 1;
            run = run < last ? run : last; /* beyond the last run: the last once more, as the engine has it */
            long draw = run / lucks;
            threefry(seed[0], seed[1], (uint32_t)draw, (uint32_t)(run % lucks), &B->first[l], &B->second[l]);
            for (int row = 0; row < ROWS; row++) B->p[row][l] = numbers[row * draws + draw];
        }
        first_day(B);
        if (theory == RATIONAL) EACH B->quantal[l] = quantal_mean(B, l, 0.0f, n_patron_baseline_1, B->N0[l]);
        for (int month = 0; month < MONTHS; month++) {
            observe(B, month, &looks, theory);
            DESKS[plan](B, month);
            OTHERS[theory](B, month);
            fight(B, month);
            if (any(B->regime, SETTLED)) {
                hand_over(B);
                bargain_and_spoil(B);
            } else {
                bargain(B);
            }
            hazards(B, &clocks, month);
            spread(B, &clocks, month);
            chance(B, &clocks, month);
            minds(B, month);
            tally(B, month);
            band(B, month, bands, stride / BAND_STRIDE, at / BAND_STRIDE);
        }
        measures(B, outcomes + at, stride);
    }
}
