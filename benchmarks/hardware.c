/* What this processor can do at most: multiply-adds in float32 from registers, and the triad of STREAM (McCalpin 1995) through memory. */
#include <stddef.h>

#define SUMS 24 /* vectors in flight: more than latency x pipes */
typedef float Vector __attribute__((vector_size(sizeof(float) * VECTOR)));

/* `times` x SUMS x VECTOR multiply-adds; two operations each. The sum is returned so that none is left out. */
float multiply_adds(long times) {
    Vector x[SUMS], a, b;
    for (int l = 0; l < VECTOR; l++) {
        a[l] = 0.999f + 1e-6f * (float)l;
        b[l] = 1e-3f;
    }
    for (int i = 0; i < SUMS; i++) x[i] = a * (float)i;
    for (long t = 0; t < times; t++) {
#pragma GCC unroll 24
        for (int i = 0; i < SUMS; i++) x[i] = x[i] * a + b;
    }
    float sum = 0.0f;
    for (int i = 0; i < SUMS; i++)
        for (int l = 0; l < VECTOR; l++) sum += x[i][l];
    return sum;
}

/* a = b + s c over n numbers: 12 bytes each, as STREAM counts them. */
void triad(float *restrict a, const float *restrict b, const float *restrict c, float s, size_t n) {
    for (size_t i = 0; i < n; i++) a[i] = b[i] + s * c[i];
}
