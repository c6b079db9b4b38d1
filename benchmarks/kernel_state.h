/* A block of LANES runs: their numbers, their state, and what one part of a month hands to the next. Sides and patrons: 0 is Kyiv or
   Washington, 1 the other; a name without a number is of the only one that has it. Symbols as in docs/explanation/model.md. */
#ifndef KERNEL_STATE_H
#define KERNEL_STATE_H

#include "kernel_lanes.h"
#include "kernel_numbers.h" /* written by kernel.py: n_NAME for every number, rows, MONTHS, SLOTS, elections, m_NAME for every measure */

enum { HIGH, POSITIONAL, TRUCE, SETTLED, DIRECT_WAR, COLLAPSED };
enum { NONE, GRANT, REFUSE };
#define SHIPS 8      /* months in the pipeline, as a ring */
#define LATER 1.0e9f /* a month that never comes */

typedef struct {
    Words first, second; /* keys of the random numbers */
    Lanes p[ROWS];       /* the uncertain numbers */
    /* found once for each run */
    Lanes b_ref, L0, N0, pain_ref, killing_ref0, killing_ref1, rung_start, s_start, most, stay, edge, value, quantal, held_start;
    Lanes per_stocks0, per_stocks1, per_scale0, per_scale1, per_dead, per_level1, per_base, per_pull, stake_root, usual_dead, fading;
    /* state */
    Lanes F0, F1, X0, X1, A, Y, q0, q1, off0, off1, gone0, gone1, M0, M1, s, s1, s2, r0, r1, w0, w1, dead0, dead1, spent0, spent1;
    Lanes cas0[3], cas1[3], short1, short2, Lobs, bobs, mode, alarm, left, approval, oil, asked0, asked1, detected, seen, faith;
    Lanes regime, age, terms, pledged, learnt, talks, credibility, solidarity, peacekeepers, announced;
    Lanes heavy[SHIPS], counter[SHIPS];
    Lanes o_rung, o_flow, o_line, o_restraint, o_announce, o_sanctions, o_effort, o_offer, o_brigades, o_ceiling, o_answer, o_written;
    Lanes fired, f_began, f_broke, f_clash, f_incident, f_attack0, f_attack1, f_quit, losing, winning;
    /* handed on within a month */
    Lanes b0, short0_true, short1_true, N1, losing_now, winning_now, seen_now, moved;
    Lanes silent, unordered_now, refused0, refused1, granted, newly, cost0, cost1, gained, men_before, r0_before;
    Lanes s_now, foreseen, foreseen_public, weight, resolve;
    Lanes b, Nf0, Nf1, after0, after1, level, killed0, killed1, lost0, lost1, deaths, owner_aid;
    Lanes settle, recur, deal_terms, deal_pledge, exchange, unanswered, recurs, break_change;
    /* sums of the measures */
    Lanes settled_at, recurred_at, t_terms, t_pledged, clash, incident, e_unanswered, e_exchange, deployed, silences, t_deaths;
    Lanes attack_own, attack_rival, drawn_in, risen, support_24, rung_24, truces, early, truce_months, t_change, deliveries;
    Lanes requests, t_granted, unordered;
} Block;

/* The slots of a month (docs/reference/uniforms.md). */
enum {
    u_shocks = 0, u_balance = 4, u_support = 6, u_territory = 8, u_will = 10, u_track = 12, u_exit = 15, u_mode = 17, u_ask = 19, u_grant = 21,
    u_probe = 23, u_offensive = 25, u_culminate = 27, u_chi = 29, u_common = 37, u_onset = 38, u_break = 39, u_settle = 40, u_clash = 41,
    u_war = 42, u_incident = 43, u_answer = 44, u_exchange = 45, u_deploy = 46, u_detect = 47, u_alarm = 49, u_open = 51, u_recur = 53
};
#define U(slot) uniform(((uint32_t)month * SLOTS + (slot)) * 0x9E3779B9u, B->first[l], B->second[l])

/* What follows a rung, as chains of selects. */
INLINE float rung_of(float s) {
    return flag(s > 0.05f) + flag(s > 0.2f) + flag(s > 0.5f) + flag(s > 1.0f) + flag(s > 1.5f) + flag(s > 2.0f) + flag(s > 3.0f) + flag(s > 12.0f);
}

INLINE float worth(float r) {
    float w = r >= 1.0f ? 0.05f : 0.0f;
    w = r >= 2.0f ? 0.2f : w;
    w = r >= 3.0f ? 0.5f : w;
    w = r >= 4.0f ? 1.0f : w;
    w = r >= 5.0f ? 1.5f : w;
    w = r >= 6.0f ? 2.0f : w;
    w = r >= 7.0f ? 3.0f : w;
    return r >= 8.0f ? 12.0f : w;
}

INLINE float cost_of(float r) {
    float c = r >= 2.0f ? 5.0f : 0.0f;
    c = r >= 3.0f ? 15.0f : c;
    c = r >= 4.0f ? 25.0f : c;
    c = r >= 5.0f ? 80.0f : c;
    c = r >= 6.0f ? 120.0f : c;
    c = r >= 7.0f ? 300.0f : c;
    return r >= 8.0f ? 1200.0f : c;
}

INLINE float troops_of(float r) {
    float t = r >= 6.0f ? 0.2f : 0.0f;
    t = r >= 7.0f ? 2.5f : t;
    return r >= 8.0f ? 10.0f : t;
}

INLINE float heavy_flow(float r) { return 0.03f * flag((r >= 5.0f) & (r <= 6.0f)); }
INLINE float counter_flow(float r) { return 0.03f * flag(r == 4.0f) + 0.045f * flag(r == 5.0f) + 0.06f * flag(r == 6.0f); }

/* Share of its staying power that a side keeps up. */
INLINE float lasting(float dependence, float backed) { return 1.0f - dependence * (1.0f - least(1.0f, backed)); }

typedef struct {
    float n0, n1, h0, h1, j0, j1, mu0, mu1, b, men0, men1;
} Strength;

/* Effective numbers, arms, quality and balance from the stocks (section 2); `usable` is the share of the aid that is at the line. */
INLINE Strength strength(const Block *B, int l, float rung0, float support, float upkeep0, float upkeep1, float extra, float counter, float usable) {
    Strength x;
    x.men0 = troops_of(rung0);
    x.men1 = support * (0.75f / n_attrition_patron_weight_1);
    x.n0 = B->F0[l] + n_attrition_patron_weight_0 * x.men0;
    x.n1 = B->F1[l] + 0.75f * support;
    x.h0 = n_side_heavy_0 * upkeep0 + extra;
    x.h1 = n_side_heavy_1 * upkeep1 + B->X1[l] + support * (0.25f / n_supply_equivalents_heavy);
    x.j0 = n_side_counter_heavy_0 * upkeep0 + counter * usable;
    x.j1 = n_side_counter_heavy_1 * upkeep1;
    float armour = n_attrition_heavy_quality, blunting = n_attrition_blunting, killing = n_attrition_counter_quality;
    x.mu0 = 1.0f + armour * x.h0 / (1.0f + blunting * x.j1) + killing * (x.j0 * x.h1) / ((1.0f + x.j0) * (1.0f + x.h1));
    x.mu1 = 1.0f + armour * x.h1 / (1.0f + blunting * x.j0) + killing * (x.j1 * x.h0) / ((1.0f + x.j1) * (1.0f + x.h0));
    x.b = ln(most_of(x.n0 * x.mu0, 1e-6f)) - ln(most_of(x.n1 * x.mu1, 1e-6f));
    return x;
}

/* Fractions of N~ that both sides lose where side i suffers the rate a_i: the square law in closed form (section 7). */
INLINE void square_law(float a0, float a1, float n0, float n1, float *f0, float *f1) {
    float q = a0 * a1;
    float s = 1.0f + q / 6 * (1.0f + q / 20 * (1.0f + q / 42 * (1.0f + q / 72 * (1.0f + q / 110 * (1.0f + q / 156 * (1.0f + q / 210))))));
    float c = q / 2 * (1.0f + q / 12 * (1.0f + q / 30 * (1.0f + q / 56 * (1.0f + q / 90 * (1.0f + q / 132 * (1.0f + q / 182))))));
    float loss0 = a0 * n1 * s - n0 * c, loss1 = a1 * n0 * s - n1 * c;
    float mine = a1 * n0 * n0, theirs = a0 * n1 * n1;
    int beaten0 = (mine <= theirs) & (loss0 >= n0), beaten1 = (theirs <= mine) & (loss1 >= n1);
    float rest0 = __builtin_sqrtf(most_of(n0 * n0 - a0 / most_of(a1, 1e-30f) * n1 * n1, 0.0f));
    float rest1 = __builtin_sqrtf(most_of(n1 * n1 - a1 / most_of(a0, 1e-30f) * n0 * n0, 0.0f));
    loss0 = beaten1 ? n0 - rest0 : loss0;
    loss1 = beaten0 ? n1 - rest1 : loss1;
    loss0 = clip(beaten0 ? n0 : loss0, 0.0f, n0);
    loss1 = clip(beaten1 ? n1 : loss1, 0.0f, n1);
    *f0 = least(1.0f, loss0 / most_of(n0, 1e-6f));
    *f1 = least(1.0f, loss1 / most_of(n1, 1e-6f));
}

#endif
