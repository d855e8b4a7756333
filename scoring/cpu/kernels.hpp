#pragma once

#include "cpu/aligned.hpp"
#include "model/parts.hpp"

#include <cstddef>
#include <cstdint>

namespace pramana::scoring {

// What the operations take is plain pointers: a backend compiled for a newer CPU then has no
// inline function of a library in its object file, which the linker could pick for everybody.

/// Rows quantised to u8: x[k] * smoothing[k] is about scale * (code - zero).
struct QuantisedRows {
    std::uint8_t* codes;  ///< [rows x dim]
    float* scales;        ///< [rows], >= 0
    std::int32_t* zeros;  ///< [rows], 0..255
};

/// A linear layer as Kernels::linear reads it.
struct LinearView {
    std::uint32_t outputs;          ///< a multiple of 64
    std::uint32_t inputs;           ///< a multiple of 64
    const std::int8_t* codes;       ///< in the backend's order, as Kernels::pack made it
    const std::int32_t* code_sums;  ///< [outputs]
    const float* scales;            ///< [outputs]
    const float* bias;              ///< [outputs]
};

struct NormView {
    const float* gamma;  ///< [kDim]
    const float* beta;   ///< [kDim]
};

struct EmbeddingView {
    const std::int8_t* word_codes;  ///< [words x kDim]
    const float* word_scales;       ///< [words]
    const float* positions;         ///< [positions x kDim]
    NormView norm;
};

/// Query rows that a backend may work on at a time: there is memory for so many.
inline constexpr std::uint32_t kAttentionRows = 32;

/// Memory for one head of up to kTokensMax tokens, whatever the backend. 64-byte aligned.
struct AttentionView {
    std::int8_t* queries;    ///< [kTokensMax x kHeadDim]
    std::int8_t* keys;       ///< the same
    std::int16_t* values;    ///< the same
    float* query_scales;     ///< [kTokensMax]
    float* key_scales;       ///< [kTokensMax]
    float* value_scales;     ///< [kHeadDim]
    std::int32_t* key_sums;  ///< [kTokensMax]
    float* logits;           ///< [kAttentionRows x kTokensMax]
    std::int16_t* weights;   ///< [kAttentionRows x kTokensMax], 0..32767
};

enum class Activation : std::uint8_t { kNone, kGelu };

/// The operations of the encoder. Every backend fills this table, and every entry gives the same
/// bits as the reference, which is the law written as code (docs/scoring.md "Encoder"). All
/// matrices are dense and row-major; no argument may overlap an output unless said.
struct Kernels {
    /// The codes of a layer in the order that `linear` reads.
    AlignedVector<std::int8_t> (*pack)(const LinearWeights& weights);

    /// x[i] = LayerNorm(word[ids[i]] + position i), for the `tokens` of one text.
    void (*embed)(const EmbeddingView& weights, const std::uint16_t* ids, std::size_t tokens,
                  float* x);

    /// Quantises each row of `x` by its own range. `dim` is a multiple of 16; `smoothing` is [dim]
    /// or nullptr (all 1).
    void (*quantise_rows)(const float* x, std::size_t rows, std::uint32_t dim,
                          const float* smoothing, const QuantisedRows& out);

    /// out [rows x outputs] = activation(x * weights + bias).
    void (*linear)(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
                   Activation activation, float* out);

    /// qkv [tokens x 1152] of one text -> out [tokens x 384]; tokens in 1..kTokensMax.
    void (*attention)(const float* qkv, std::uint32_t tokens, const AttentionView& scratch,
                      float* out);

    /// x = LayerNorm(x + y), row by row.
    void (*add_norm)(const NormView& weights, const float* y, std::size_t rows, float* x);

    /// The index codes [kDim] of one text from its hidden states.
    void (*pool)(const float* x, std::uint32_t tokens, std::int8_t* codes);

    /// `linear` and `attention` at once, head by head, so that queries, keys and values stay in the
    /// nearest cache; nullptr where a backend has no such thing. `x` are the rows of `texts` texts
    /// of `lengths` tokens, one behind the other; `memory` is [tokens of all x 3 * kHeadDim]; out
    /// [tokens of all x 384].
    void (*heads)(const LinearView& qkv, const QuantisedRows& x, const std::uint32_t* lengths,
                  std::size_t texts, float* memory, const AttentionView& scratch,
                  float* out) = nullptr;
};

/// The law: plain sequential code.
[[nodiscard]] const Kernels& reference_kernels() noexcept;

// The others exist where CMake compiles them. Enter a table only where its `available()` holds:
// the CPU has the instructions and the operating system saves their registers.

/// AVX2 with FMA.
[[nodiscard]] const Kernels& avx2_kernels() noexcept;
[[nodiscard]] bool avx2_available() noexcept;
/// AVX-512 with VNNI.
[[nodiscard]] const Kernels& avx512vnni_kernels() noexcept;
[[nodiscard]] bool avx512vnni_available() noexcept;
/// AMX with 8-bit tiles, on top of AVX-512. The first question asks Linux for the tiles.
[[nodiscard]] const Kernels& amx_kernels() noexcept;
[[nodiscard]] bool amx_available() noexcept;
/// AArch64 with the dot product instructions.
[[nodiscard]] const Kernels& neon_kernels() noexcept;
[[nodiscard]] bool neon_available() noexcept;

}  // namespace pramana::scoring
