/* What moves Moscow: the eight theories (section 6), and what each lets others expect of it. */
#ifndef KERNEL_THEORIES_H
#define KERNEL_THEORIES_H

#include "kernel_state.h"

/* In the order of the engine's table. */
enum { INERTIA, PRESSURE, SPIGOT, RICHARDSON, OPPORTUNIST, RATIONAL, DOMESTIC, SWITCHING };
#define OVERT 12.0f /* thousand: more cannot be denied */
#define LEVELS 17   /* of support among which `rational` chooses */

/* Mean support under P ~ exp(precision (V p2 - s)), where p2 is the success of the contest. */
INLINE float quantal_mean(const Block *B, int l, float loss, float support, float force) {
    const float r = n_rational_decisiveness_1, precision = n_rational_precision_1;
    float step = least(B->most[l], most_of(n_rational_span_1, n_patron_baseline_1)) * (1.0f / (LEVELS - 1));
    float others = force - support, base = B->edge[l] - r * (loss + ln(most_of(force, 1e-6f))), top = -3e38f, score[LEVELS];
#pragma GCC unroll 17
    for (int g = 0; g < LEVELS; g++) {
        float x = step * (float)g;
        score[g] = precision * (B->value[l] * logistic(base + r * ln(most_of(others + x, 0.1f))) - x);
        top = most_of(top, score[g]);
    }
    float total = 0.0f, mean = 0.0f;
#pragma GCC unroll 17
    for (int g = 0; g < LEVELS; g++) {
        float weight = ex(score[g] - top);
        total += weight;
        mean += weight * (float)g;
    }
    return step * mean / total;
}

/* Moscow's month: what it gives, whether it leaves, what is expected of it in the long run. */
INLINE void others_of(Block *B, int month, const int theory) {
    EACH {
        const float rho = n_support_persistence_1, sbar = n_patron_baseline_1, most = B->most[l], s = B->s[l], L = B->Lobs[l];
        float line = n_spigot_line_1 + B->L0[l], excess = L - line, lost = n_will_level_1 - B->w1[l];
        float force = B->N1[l], dead = (B->cas1[0][l] + B->cas1[1][l] + B->cas1[2][l]) * (1.0f / 3);
        float relaxed = rho * s + (1.0f - rho) * sbar;
        float delay = n_spigot_delay_1;
        float then = delay < 0.5f ? L : delay < 1.5f ? B->short1[l] : B->short2[l];
        float gave = delay < 0.5f ? s : delay < 1.5f ? B->s1[l] : B->s2[l];
        float late = then - line, over = n_spigot_overshoot_1, alarm = flag(late > -over * B->alarm[l]);
        float aid = n_supply_equivalents_heavy * B->A[l] + n_supply_equivalents_counter * B->Y[l];
        float lethal = B->r0_before[l] >= 4.0f ? clip(aid * (1.0f / n_opportunist_lethal_1), 0.0f, 1.0f) : 0.0f;
        float prize = most_of(B->L0[l] - L - n_opportunist_margin_1, 0.0f);
        float seized = n_opportunist_gain_1 * sbar * prize * most_of(1.0f - n_opportunist_deterrence_1 * lethal, 0.0f);
        float haste = ex(n_pressure_elasticity_1 * (ln(n_pressure_scale_1 + dead) - B->usual_dead[l]) + n_pressure_exit_1 * lost);
        /* the next mode of `switching` */
        float was = B->mode[l];
        float row0 = was < 0.5f ? n_switching_from_sustain_0_1 : was < 1.5f ? n_switching_from_rescue_0_1 : n_switching_from_withdraw_0_1;
        float row1 = was < 0.5f ? n_switching_from_sustain_1_1 : was < 1.5f ? n_switching_from_rescue_1_1 : n_switching_from_withdraw_1_1;
        float row2 = was < 0.5f ? n_switching_from_sustain_2_1 : was < 1.5f ? n_switching_from_rescue_2_1 : n_switching_from_withdraw_2_1;
        row1 *= ex(n_switching_rescue_1 * excess);
        row2 *= ex(n_switching_withdraw_1 * lost);
        float mark = U(u_mode + 1) * (row0 + row1 + row2);
        int sustain = mark < row0, rescues = !sustain & (mark < row0 + row1);
        /* the theory's own answer */
        float wish = relaxed, leave = 1.0f, weight = 1.0f;
        if (theory == PRESSURE) {
            float pain = ln(n_pressure_scale_1 + dead) - B->usual_dead[l];
            wish -= n_pressure_gain_1 * sbar * pain;
            leave = haste;
            weight = 2.0f * (1.0f + n_pressure_gain_1);
        } else if (theory == SPIGOT) {
            wish = most_of(relaxed, gave + n_spigot_gain_1 * force * (late + over * alarm));
            leave = 1.0f - alarm;
            weight = 0.5f;
            B->alarm[l] = alarm;
        } else if (theory == RICHARDSON) {
            wish += n_richardson_gain_1 * aid - n_richardson_fatigue_1 * (s - sbar) + n_richardson_grievance_1;
        } else if (theory == OPPORTUNIST) {
            wish += seized;
        } else if (theory == RATIONAL) {
            wish = rho * s + (1.0f - rho) * (sbar + quantal_mean(B, l, L - B->L0[l], s, force) - B->quantal[l]);
        } else if (theory == DOMESTIC) {
            float home = n_domestic_approval_1 * B->approval[l] + n_domestic_oil_1 * B->oil[l] + n_domestic_election_1 * ELECTIONS[month];
            wish += n_domestic_weight_1 * sbar * home;
            weight = ex(-0.5f * B->approval[l]);
        } else if (theory == SWITCHING) {
            float rescued = most_of(relaxed, s + n_spigot_gain_1 * force * excess);
            wish = sustain ? relaxed : rescues ? rescued : relaxed - n_switching_pace_1 * s;
            leave = rescues ? 0.0f : 1.0f;
            weight = sustain ? 1.0f : rescues ? 0.5f : 4.0f;
            B->mode[l] = sustain ? 0.0f : rescues ? 1.0f : 2.0f;
        }
        /* what the eight let others expect, by the chance that he leaves till then */
        float stay = B->stay[l], horizon = 0.5f * n_bargain_horizon * n_support_exit_1;
        float rescue = clip(s + force * (ex(excess) - 1.0f), sbar, most);
        float race = clip(sbar + (n_richardson_gain_1 * aid + n_richardson_grievance_1) * B->per_pull[l], 0.0f, most);
        float take = least(most, sbar + seized * B->per_base[l]);
        float fading = B->fading[l];
        float calm = sbar * stay, pressed = sbar * ex(-horizon * haste), opened = rescue * (alarm > 0.5f ? 1.0f : stay);
        float moded = sustain ? calm : rescues ? rescue : fading * stay;
        float resolve = logistic(B->faith[l]);
        float soft = calm + pressed + (race + take + s) * stay + calm;
        float public = resolve * 0.5f * (opened + moded) + (1.0f - resolve) * (1.0f / 6) * soft;
        float own = theory == PRESSURE ? pressed : theory == SPIGOT ? opened : theory == RICHARDSON ? race * stay :
            theory == OPPORTUNIST ? take * stay : theory == RATIONAL ? s * stay : theory == SWITCHING ? moded : calm;
        /* requests, noise, the open */
        float yes = flag(U(u_grant + 1) < n_requests_grant_1 * B->w1[l] * B->per_level1[l]);
        float gift = B->asked1[l] * yes, first, noise;
        normals(U(u_support), U(u_support + 1), &first, &noise);
        float raised = wish + n_support_noise_1 * noise + gift * n_requests_step_1 * sbar + B->newly[l] * n_pretext_support;
        float left = B->left[l], gone = most_of(left, flag(-ln(U(u_exit + 1)) < n_support_exit_1 * leave));
        int opens = -ln(U(u_open + 1)) < n_intervention_readiness_1 * most_of(raised * (1.0f / OVERT) - 1.0f, 0.0f);
        float cover = s > OVERT ? most : least(most, OVERT);
        float now = gone > 0.5f ? 0.0f : clip(raised, 0.0f, opens ? most : cover), rung = rung_of(now);
        B->foreseen[l] = own * (1.0f - gone);
        B->foreseen_public[l] = public * (1.0f - gone);
        B->weight[l] = weight;
        B->resolve[l] = resolve;
        B->refused1[l] = most_of(B->asked1[l] - gift, 0.0f);
        B->f_quit[l] = gone - left;
        B->left[l] = gone;
        B->gained[l] = most_of(now - s, 0.0f);
        B->s2[l] = B->s1[l];
        B->s1[l] = s;
        B->s[l] = now;
        B->r1[l] = rung;
        B->cost1[l] = cost_of(rung);
        B->short2[l] = B->short1[l];
        B->short1[l] = L;
    }
}

#define THEORY(name, number) NOINLINE static void others_##name(Block *B, int month) { others_of(B, month, number); }
THEORY(inertia, INERTIA)
THEORY(pressure, PRESSURE)
THEORY(spigot, SPIGOT)
THEORY(richardson, RICHARDSON)
THEORY(opportunist, OPPORTUNIST)
THEORY(rational, RATIONAL)
THEORY(domestic, DOMESTIC)
THEORY(switching, SWITCHING)
static void (*const OTHERS[])(Block *, int) = {others_inertia, others_pressure, others_spigot, others_richardson,
                                               others_opportunist, others_rational, others_domestic, others_switching};

#endif
