import { countOfPairs } from '../../ensemble/pair-order.js';
import type { Plan } from '../plan.js';

/*
 * The vote in C: answers are bits, one a pair in lexicographic order, and a second bit says where there is no network. The rules are
 * those of src/ensemble/vote/.
 */

export function voteText(plan: Plan): string {
  const rule = { paper, recursive, margin }[plan.vote];
  const parts = [bitText(plan), rule(plan)];
  if (plan.certify) parts.push(plan.vote === 'margin' ? marginSafety(plan) : safety(plan));
  return parts.join('\n\n');
}

function hasMissing(plan: Plan): boolean {
  return plan.networks.includes(null);
}

/** Parameters that carry the answers from function to function, with their types or as arguments. */
export function answerParameters(plan: Plan, typed: boolean): string {
  const names = hasMissing(plan) ? ['answers', 'missing'] : ['answers'];
  return names.map((name) => (typed ? `const uint8_t *${name}` : name)).join(', ');
}

function bitText(plan: Plan): string {
  const count = plan.classes.length;
  const type = countOfPairs(count) * 2 + count > 65535 ? 'uint32_t' : 'unsigned int';
  const winner = hasMissing(plan)
    ? `    if (N_bit(missing, pair) != 0) return -1;\n    return N_bit(answers, pair) != 0 ? p : q;`
    : '    return N_bit(answers, pair) != 0 ? p : q;';
  return `typedef ${type} N_pair_t;

static uint8_t N_bit(const uint8_t *bits, N_pair_t at)
{
    return (uint8_t)(((unsigned int)bits[at >> 3] >> (at & 7u)) & 1u);
}

static void N_set(uint8_t *bits, N_pair_t at)
{
    bits[at >> 3] = (uint8_t)(bits[at >> 3] | (1u << (at & 7u)));
}

/* Who wins between two classes p < q${hasMissing(plan) ? '; -1 where there is no network' : ''}. */
static int N_winner(${answerParameters(plan, true)}, int p, int q)
{
    const N_pair_t a = (N_pair_t)p, b = (N_pair_t)q;
    const N_pair_t pair = a * (${2 * count - 1}u - a) / 2u + (b - a - 1u);
${winner}
}`;
}

function paper(plan: Plan): string {
  return `/* The class with the most votes; of two with the most, the one that their own network answers; of more, none. */
static int N_vote(${answerParameters(plan, true)}, const uint16_t *votes)
{
    int c, first = 0, second = 0, leaders = 0;
    for (c = 0; c < N_CLASSES; c++) {
        if (leaders == 0 || votes[c] > votes[first]) {
            first = c;
            leaders = 1;
        } else if (votes[c] == votes[first]) {
            if (leaders == 1) second = c;
            leaders++;
        }
    }
    if (leaders == 1) return first;
    return leaders == 2 ? N_winner(${answerParameters(plan, false)}, first, second) : -1;
}`;
}

function recursive(plan: Plan): string {
  return `/* The paper's vote, and where three or more lead they vote again among themselves until that changes nothing. */
static int N_vote(${answerParameters(plan, true)}, const uint16_t *votes)
{
    uint16_t among[N_CLASSES];
    uint8_t leads[N_CLASSES];
    int p, q, leaders = N_CLASSES;
    for (p = 0; p < N_CLASSES; p++) {
        among[p] = votes[p];
        leads[p] = 1;
    }
    for (;;) {
        uint16_t most = 0;
        int first = -1, second = -1, count = 0;
        for (p = 0; p < N_CLASSES; p++) {
            if (leads[p] != 0 && among[p] > most) most = among[p];
        }
        for (p = 0; p < N_CLASSES; p++) {
            if (leads[p] == 0) continue;
            if (among[p] != most) {
                leads[p] = 0;
                continue;
            }
            if (count == 0) first = p;
            else second = p;
            count++;
        }
        if (count == 1) return first;
        if (count == 2) return N_winner(${answerParameters(plan, false)}, first, second);
        if (count == leaders) return -1;
        leaders = count;
        for (p = 0; p < N_CLASSES; p++) among[p] = 0;
        for (p = 0; p < N_CLASSES; p++) {
            if (leads[p] == 0) continue;
            for (q = p + 1; q < N_CLASSES; q++) {
                int winner;
                if (leads[q] == 0) continue;
                winner = N_winner(${answerParameters(plan, false)}, p, q);
                if (winner >= 0) among[winner]++;
            }
        }
    }
}`;
}

function safety(plan: Plan): string {
  const has = hasMissing(plan);
  return `/* Whether a label wins whatever the networks answer that are open at this radius. */
static uint8_t N_safe(${answerParameters(plan, true)}, const uint16_t *radii, uint16_t step, int label)
{
    uint16_t certain[N_CLASSES], open[N_CLASSES];
    uint8_t own[N_CLASSES];
    N_pair_t pair = 0;
    int p, q, ties = 0;
    for (p = 0; p < N_CLASSES; p++) {
        certain[p] = 0;
        open[p] = 0;
        own[p] = 0;
    }
    for (p = 0; p < N_CLASSES; p++) {
        for (q = p + 1; q < N_CLASSES; q++, pair++) {
${has ? '            if (N_bit(missing, pair) != 0) continue;\n' : ''}            if (radii[pair] <= step) {
                open[p]++;
                open[q]++;
            } else {
                const int winner = N_bit(answers, pair) != 0 ? p : q;
                certain[winner]++;
                if (winner == label) own[p + q - label] = 1;
            }
        }
    }
    for (p = 0; p < N_CLASSES; p++) {
        int32_t lead;
        if (p == label) continue;
        lead = (int32_t)certain[label] - (int32_t)certain[p] - (int32_t)open[p];
        if (lead < 0 || (lead == 0 && own[p] == 0)) return 0;
        if (lead == 0) ties++;
    }
    return ties <= 1 ? 1 : 0;
}

/* The largest whole radius at which the label provably stays. */
static uint16_t N_radius_of(${answerParameters(plan, true)}, const uint16_t *radii, int label)
{
    uint16_t last = 0;
    uint8_t begun = 0;
    for (;;) {
        uint16_t step = 65535u;
        N_pair_t pair;
        for (pair = 0; pair < N_PAIRS; pair++) {
${has ? '            if (N_bit(missing, pair) != 0) continue;\n' : ''}            if ((begun == 0 || radii[pair] > last) && radii[pair] < step) step = radii[pair];
        }
        if (step == 65535u || N_safe(${answerParameters(plan, false)}, radii, step, label) == 0) return step;
        last = step;
        begun = 1;
    }
}`;
}

/** Votes weighed by certified radii (src/ensemble/vote/margin.ts). */
function margin(plan: Plan): string {
  const has = hasMissing(plan);
  return `/* What an answer weighs: its radius and 1 more, 4 at most; 1 where no input turns it. */
static int32_t N_weight(int32_t radius)
{
    return radius == 65535 ? 1 : radius < 3 ? radius + 1 : 4;
}

/* The class that gains most; of two alike the one that their own network answers; of more, none. */
static int N_vote(${answerParameters(plan, true)}, const uint16_t *radii)
{
    int32_t scores[N_CLASSES];
    N_pair_t pair = 0;
    int p, q, first = 0, second = 0, leaders = 0;
    for (p = 0; p < N_CLASSES; p++) scores[p] = 0;
    for (p = 0; p < N_CLASSES; p++) {
        for (q = p + 1; q < N_CLASSES; q++, pair++) {
            int32_t weight;
${has ? '            if (N_bit(missing, pair) != 0) continue;\n' : ''}            weight = N_weight(radii[pair]);
            if (N_bit(answers, pair) == 0) weight = -weight;
            scores[p] += weight;
            scores[q] -= weight;
        }
    }
    for (p = 0; p < N_CLASSES; p++) {
        if (leaders == 0 || scores[p] > scores[first]) {
            first = p;
            leaders = 1;
        } else if (scores[p] == scores[first]) {
            if (leaders == 1) second = p;
            leaders++;
        }
    }
    if (leaders == 1) return first;
    return leaders == 2 ? N_winner(${answerParameters(plan, false)}, first, second) : -1;
}`;
}

function marginSafety(plan: Plan): string {
  const names = answerParameters(plan, false);
  const typed = answerParameters(plan, true);
  return `/* The least that the network of two classes says for the one against the other within a distance. */
static int32_t N_worst(${typed}, const uint16_t *radii, int one, int other, int32_t distance)
{
    const int p = one < other ? one : other, q = one < other ? other : one;
    const N_pair_t a = (N_pair_t)p, b = (N_pair_t)q;
    const int32_t radius = radii[a * (${2 * plan.classes.length - 1}u - a) / 2u + (b - a - 1u)];
    const int winner = N_winner(${names}, p, q);
    if (winner < 0) return 0;
    if (radius == 65535) return winner == one ? 1 : -1;
    if (winner != one) return radius + distance < 3 ? -(radius + distance + 1) : -4;
    return radius >= distance ? N_weight(radius - distance) : -N_weight(distance - radius - 1);
}

static uint8_t N_leads(${typed}, const uint16_t *radii, int label, int32_t distance)
{
    int rival, other;
    for (rival = 0; rival < N_CLASSES; rival++) {
        int32_t lead;
        if (rival == label) continue;
        lead = 2 * N_worst(${names}, radii, label, rival, distance);
        for (other = 0; other < N_CLASSES; other++) {
            if (other == label || other == rival) continue;
            lead += N_worst(${names}, radii, label, other, distance);
            lead += N_worst(${names}, radii, other, rival, distance);
        }
        if (lead <= 0) return 0;
    }
    return 1;
}

/* The largest whole radius at which the label provably stays. */
static uint16_t N_radius_of(${typed}, const uint16_t *radii, int label)
{
    int32_t low = 0, high = 0;
    N_pair_t pair;
    if (N_leads(${names}, radii, label, 0) == 0) return 0;
    for (pair = 0; pair < N_PAIRS; pair++) {
        if (radii[pair] != 65535u && radii[pair] > high) high = radii[pair];
    }
    high += 4;
    if (N_leads(${names}, radii, label, high) != 0) return 65535u;
    while (high - low > 1) {
        const int32_t middle = low + (high - low) / 2;
        if (N_leads(${names}, radii, label, middle) != 0) low = middle;
        else high = middle;
    }
    return (uint16_t)low;
}`;
}
