/* The seven plans of donbas-2017: the orders of a month (section 5). Each returns whether a move or a rule speaks. */
#ifndef KERNEL_PLANS_H
#define KERNEL_PLANS_H

#include "kernel_state.h"

typedef struct {
    float rung, flow, line, restraint, announce, sanctions, effort, brigades, ceiling, standing, written, answer, parcel, money;
} Draft;

typedef struct { /* what the owner sees, 0 or 1 each, and its rung */
    int overt, raises, asks, broke, attacks, incident, failing, going, unsettled;
    float rung, fired;
} Seen;

INLINE void go(Draft *d, int when, float rung) {
    d->rung = when ? rung : d->rung;
    d->flow = when ? 1.0f : d->flow;
    d->written = when ? rung : d->written;
}

INLINE void put(float *order, int when, float value) { *order = when ? value : *order; }

/* The batch of missiles at rung 4. */
INLINE void ship(Draft *d, float money) {
    go(d, 1, 4.0f);
    d->flow = 0.0f;
    d->parcel = money / n_supply_price_counter;
    d->money = money;
}

INLINE int abstain(Draft *d, const Seen *x, int month) {
    (void)x;
    if (month == 0) {
        go(d, 1, 1.0f);
        d->announce = 0.0f;
    }
    return month == 0;
}

INLINE int restraint(Draft *d, const Seen *x, int month) {
    if (month == 0) {
        go(d, 1, 3.0f);
        d->ceiling = 3.0f;
        d->effort = 0.1f;
    }
    put(&d->answer, x->asks, REFUSE);
    put(&d->sanctions, x->overt, 0.9f);
    put(&d->brigades, x->overt, 7.0f);
    put(&d->effort, x->broke, 0.1f);
    return (month == 0) | x->asks | x->overt | x->broke;
}

INLINE int javelins(Draft *d, const Seen *x, int month) {
    if (month == 0) {
        ship(d, 47.0f);
        d->line = 0.8f;
        d->restraint = 0.0f;
        d->announce = 1.0f;
    }
    go(d, x->overt, 5.0f);
    return (month == 0) | x->overt;
}

INLINE int heavy_lethal(Draft *d, const Seen *x, int month) {
    if (month == 0) {
        ship(d, 47.0f);
        d->announce = 1.0f;
    }
    if (month == 6) {
        go(d, 1, 5.0f);
        d->announce = 1.0f;
    }
    put(&d->answer, x->asks, GRANT);
    int fresh = x->raises & (x->fired < 0.5f);
    float higher = clip(x->rung + 1.0f, 0.0f, 8.0f);
    put(&d->rung, fresh, higher);
    put(&d->written, fresh, higher);
    return (month == 0) | (month == 6) | x->asks | x->raises;
}

INLINE int javelins_conditions_ceiling(Draft *d, const Seen *x, int month) {
    if (month == 0) {
        ship(d, 47.0f);
        d->line = d->restraint = 0.8f;
        d->ceiling = 4.0f;
        d->standing = REFUSE;
        d->effort = 0.1f;
        d->announce = 1.0f;
    }
    put(&d->sanctions, x->raises, 0.7f);
    go(d, x->attacks, 3.0f);
    put(&d->effort, x->broke, 0.1f);
    put(&d->brigades, x->incident, 7.0f);
    put(&d->sanctions, x->overt, 0.9f);
    put(&d->brigades, x->overt, 7.0f);
    go(d, x->unsettled, 3.0f);
    put(&d->effort, x->unsettled, 0.1f);
    return (month == 0) | x->raises | x->attacks | x->broke | x->incident | x->overt | x->unsettled;
}

INLINE int arms_for_talks(Draft *d, const Seen *x, int month) {
    if (month == 0) {
        go(d, 1, 3.0f);
        d->ceiling = 4.0f;
        d->effort = 0.1f;
    }
    go(d, x->failing, 4.0f);
    put(&d->line, x->failing, 0.8f);
    put(&d->restraint, x->failing, 0.8f);
    put(&d->announce, x->failing, 1.0f);
    go(d, x->going, 3.0f);
    go(d, x->attacks, 3.0f);
    put(&d->answer, x->asks, REFUSE);
    return (month == 0) | x->failing | x->going | x->attacks | x->asks;
}

INLINE int sanctions_and_brigades(Draft *d, const Seen *x, int month) {
    if (month == 0) {
        go(d, 1, 3.0f);
        d->sanctions = 0.8f;
        d->brigades = 3.0f;
    }
    put(&d->brigades, x->incident, 7.0f);
    put(&d->answer, x->asks, REFUSE);
    return (month == 0) | x->incident | x->asks;
}

/* The owner's orders of the month, its silences, what fills them (`hold`, the completion of all seven plans), and what is possible. */
INLINE void desk_of(Block *B, int month, int (*plan)(Draft *, const Seen *, int)) {
    const float deadline = (month == 12) | (month == 24) | (month == 60) ? 1.0f : 0.0f;
    /* In two loops, and with conditions as conditions: the compiler does not vectorise a choice between conditions. */
    Lanes answers, spoke, parcel, money;
    EACH {
        float regime = B->regime[l], talks = B->talks[l];
        Draft d = {B->o_rung[l], B->o_flow[l], B->o_line[l], B->o_restraint[l], B->o_announce[l], B->o_sanctions[l], B->o_effort[l],
                   B->o_brigades[l], B->o_ceiling[l], B->o_answer[l], B->o_written[l], NONE, 0.0f, 0.0f};
        int rose = B->seen_now[l] > B->seen[l], truce = regime == TRUCE;
        Seen x = {B->seen_now[l] >= 8.0f, rose, B->asked0[l] > 0.5f, B->f_broke[l] > 0.5f, B->off0[l] > 0.5f, B->f_incident[l] > 0.5f,
                  (talks < 0.4f) & !truce & (month >= 6), (talks >= 0.4f) & truce, (regime != SETTLED) & (month >= 24), B->r0[l], B->fired[l]};
        int spoken = plan(&d, &x, month);
        B->o_rung[l] = d.rung;
        B->o_flow[l] = d.flow;
        B->o_line[l] = d.line;
        B->o_restraint[l] = d.restraint;
        B->o_announce[l] = d.announce;
        B->o_sanctions[l] = d.sanctions;
        B->o_effort[l] = d.effort;
        B->o_brigades[l] = d.brigades;
        B->o_ceiling[l] = d.ceiling;
        B->o_answer[l] = d.standing;
        B->o_written[l] = d.written;
        B->fired[l] = flag(rose);
        answers[l] = d.answer;
        spoke[l] = flag(spoken);
        parcel[l] = d.parcel;
        money[l] = d.money;
    }
    EACH {
        float rung = B->r0[l], standing = B->o_answer[l], answer = answers[l], order = B->o_rung[l], ceiling = B->o_ceiling[l];
        int changed = B->seen_now[l] != B->seen[l], asks = B->asked0[l] > 0.5f;
        int news = (B->f_began[l] + B->f_broke[l] + B->f_incident[l] + B->f_clash[l] + B->f_attack0[l] + B->f_attack1[l] + B->f_quit[l] + deadline) > 0.5f;
        int other = news | changed | (B->losing_now[l] > B->losing[l]) | (B->winning_now[l] > B->winning[l]), mute = standing < 0.5f;
        int open = (other | asks) & (spoke[l] < 0.5f) & (other | mute) & (B->regime[l] < 2.5f), replied = open & mute;
        int own = (answer == GRANT) | ((answer == NONE) & (standing == GRANT)), yes = U(u_grant) < n_requests_grant_0;
        int wanted = asks & ((replied & yes) | ((!replied) & own));
        int able = B->w0[l] >= n_will_floor;
        float wish = clip(least(order, ceiling), 0.0f, 8.0f), lower = most_of(wish, rung - 1.0f);
        wish = (wish > rung) & !able ? rung : lower;
        int granted = wanted & able & (wish < least(ceiling, 8.0f)), unordered = granted & replied;
        float now = wish + flag(granted), flow = B->o_flow[l];
        float said = B->o_announce[l] * most_of(now - 3.0f, 0.0f), before = B->announced[l];
        B->newly[l] = most_of(said - before, 0.0f);
        B->announced[l] = most_of(said, before);
        B->men_before[l] = troops_of(rung);
        B->r0_before[l] = rung;
        B->r0[l] = now;
        B->granted[l] = flag(granted);
        B->refused0[l] = flag(asks & !granted);
        B->unordered_now[l] = flag(unordered);
        B->silent[l] = flag(open);
        float at4 = flag(now == 4.0f), at5 = flag(now == 5.0f), at6 = flag(now == 6.0f);
        float value = at4 * (0.03f * n_supply_price_counter) + at5 * (0.03f * n_supply_price_heavy + 0.045f * n_supply_price_counter) +
                      at6 * (0.03f * n_supply_price_heavy + 0.06f * n_supply_price_counter);
        B->cost0[l] = most_of(cost_of(now) - value, 0.0f) + flow * value + money[l] + n_alliance_brigade_cost * B->o_brigades[l];
        B->counter[(month + 3) % SHIPS][l] += at4 * flow * 0.03f + parcel[l]; /* lag of rung 4, and of the batch */
        B->counter[(month + 5) % SHIPS][l] += at5 * flow * 0.045f;
        B->heavy[(month + 5) % SHIPS][l] += at5 * flow * 0.03f;
        B->counter[(month + 2) % SHIPS][l] += at6 * flow * 0.06f;
        B->heavy[(month + 2) % SHIPS][l] += at6 * flow * 0.03f;
        B->o_rung[l] = granted ? now : order;
        B->o_written[l] += flag(granted & !replied);
    }
}

#define DESK(name) NOINLINE static void desk_##name(Block *B, int month) { desk_of(B, month, name); }
DESK(abstain)
DESK(restraint)
DESK(javelins)
DESK(heavy_lethal)
DESK(javelins_conditions_ceiling)
DESK(arms_for_talks)
DESK(sanctions_and_brigades)

/* In the order of PLANS in kernel.py. */
static void (*const DESKS[])(Block *, int) = {desk_abstain, desk_restraint, desk_javelins, desk_heavy_lethal,
                                              desk_javelins_conditions_ceiling, desk_arms_for_talks, desk_sanctions_and_brigades};

#endif
