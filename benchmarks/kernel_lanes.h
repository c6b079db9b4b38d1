/* Lanes: a fixed number of runs side by side, and the functions that the month needs, written so that the compiler turns every loop over
   lanes into vector instructions. All arguments are ordinary numbers: nothing here knows infinities or nan (-ffast-math). */
#ifndef KERNEL_LANES_H
#define KERNEL_LANES_H

#include <stdint.h>
#include <string.h>

#ifndef LANES
#define LANES 16
#endif
#define EACH _Pragma("GCC ivdep") for (int l = 0; l < LANES; l++)
#define NOINLINE __attribute__((noinline))
#define INLINE static inline __attribute__((always_inline))

typedef float Lanes[LANES] __attribute__((aligned(64)));
typedef uint32_t Words[LANES] __attribute__((aligned(64)));

INLINE int32_t bits_of(float x) {
    int32_t i;
    memcpy(&i, &x, 4);
    return i;
}

INLINE float of_bits(int32_t i) {
    float x;
    memcpy(&x, &i, 4);
    return x;
}

INLINE float least(float a, float b) { return a < b ? a : b; }
INLINE float most_of(float a, float b) { return a > b ? a : b; }
INLINE float clip(float x, float low, float high) { return least(most_of(x, low), high); }
INLINE float flag(int yes) { return yes ? 1.0f : 0.0f; }

/* Natural logarithm of x > 0 (Cephes, logf; relative error some 1e-7). */
INLINE float ln(float x) {
    int32_t i = bits_of(x) - 0x3f3504f3; /* mantissa in [sqrt(1/2), sqrt(2)) */
    float e = (float)(i >> 23), f = of_bits((i & 0x7fffff) + 0x3f3504f3) - 1.0f, z = f * f;
    float y = 7.0376836292e-2f;
    y = y * f - 1.1514610310e-1f;
    y = y * f + 1.1676998740e-1f;
    y = y * f - 1.2420140846e-1f;
    y = y * f + 1.4249322787e-1f;
    y = y * f - 1.6668057665e-1f;
    y = y * f + 2.0000714765e-1f;
    y = y * f - 2.4999993993e-1f;
    y = y * f + 3.3333331174e-1f;
    y = y * f * z - 0.5f * z;
    return f + (y + e * 0.69314718056f);
}

/* exp(x), cut at e^-87 and e^88 (Cephes, expf). */
INLINE float ex(float x) {
    x = clip(x, -87.0f, 88.0f);
    float n = __builtin_rintf(x * 1.44269504089f);
    float r = __builtin_fmaf(n, -0.693359375f, x);
    r = __builtin_fmaf(n, 2.12194440e-4f, r);
    float y = 1.9875691500e-4f;
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * r * r + r + 1.0f;
    return y * of_bits(((int32_t)n + 127) << 23);
}

INLINE float logistic(float x) { return 1.0f / (1.0f + ex(-x)); }

/* The normal distribution function (Abramowitz & Stegun 7.1.26, absolute error below 4e-7 in single precision). */
INLINE float likely(float x) {
    float a = __builtin_fabsf(x) * 0.70710678f, t = 1.0f / (1.0f + 0.3275911f * a);
    float y = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
    float tail = 0.5f * y * ex(-a * a);
    return x > 0.0f ? 1.0f - tail : tail;
}

/* cos and sin of 2 pi v, v in (0, 1): the engine's polynomials. */
INLINE void turn(float v, float *c, float *s) {
    float quarter = __builtin_floorf(v * 4.0f + 0.5f), x = (v - quarter * 0.25f) * 6.2831853f, y = x * x;
    float cosine = 1.0f + y * (-0.5f + y * (1.0f / 24 + y * (-1.0f / 720 + y * (1.0f / 40320))));
    float sine = x * (1.0f + y * (-1.0f / 6 + y * (1.0f / 120 - y * (1.0f / 5040))));
    int q = (int)quarter, odd = q & 1, far = (q == 1) | (q == 2), low = (q == 2) | (q == 3);
    float a = odd ? sine : cosine, b = odd ? cosine : sine;
    *c = far ? -a : a;
    *s = low ? -b : b;
}

INLINE void normals(float u, float v, float *first, float *second) {
    float radius = __builtin_sqrtf(-2.0f * ln(u)), c, s;
    turn(v, &c, &s);
    *first = radius * c;
    *second = radius * s;
}

/* The uniform of a slot of a run (rng/uniforms.py): `counter` is (54 month + slot) * 0x9E3779B9. */
INLINE float uniform(uint32_t counter, uint32_t first, uint32_t second) {
    uint32_t x = counter ^ first;
    x = ((x ^ (x >> 17)) * 0xED5AD4BBu) ^ second;
    x = (x ^ (x >> 11)) * 0xAC4C1B51u;
    x = (x ^ (x >> 15)) * 0x31848BABu;
    x = x ^ (x >> 14);
    return (float)(int32_t)(x >> 9) * 0x1p-23f + 0x1p-24f;
}

/* Threefry-2x32, 20 rounds (rng/threefry.py). */
INLINE void threefry(uint32_t k0, uint32_t k1, uint32_t a, uint32_t b, uint32_t *first, uint32_t *second) {
    static const int by[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    uint32_t keys[3] = {k0, k1, k0 ^ k1 ^ 0x1BD11BDAu};
    a += k0;
    b += k1;
    for (int block = 0; block < 5; block++) {
        for (int i = 0; i < 4; i++) {
            int r = by[block % 2][i];
            a += b;
            b = ((b << r) | (b >> (32 - r))) ^ a;
        }
        a += keys[(block + 1) % 3];
        b += keys[(block + 2) % 3] + (uint32_t)block + 1;
    }
    *first = a;
    *second = b;
}

#endif
