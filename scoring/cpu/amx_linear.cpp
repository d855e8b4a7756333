#include "cpu/amx_entry.hpp"
#include "cpu/amx_tiles.hpp"
#include "cpu/avx512vnni_finish.hpp"

namespace pramana::scoring::amx {
namespace {

constexpr std::uint32_t kRows = 32;   // of a block: two tiles
constexpr std::uint32_t kPanel = 32;  // outputs of a block: two tiles
constexpr std::uint32_t kStep = 64;   // inputs that one tile instruction takes in
constexpr std::uint32_t kPanelTile = kTileRows * kTileBytes;

/// The sums of one block of rows and outputs, waiting to be finished.
struct Block {
    alignas(64) std::int32_t sums[kRows * kPanel];
    std::size_t row;    ///< its first row
    std::size_t first;  ///< its first output
    std::uint32_t rows = 0;
};

/// What does not change from block to block.
struct Job {
    const LinearView& layer;
    const QuantisedRows& x;
    float* out;
};

TileShapes shapes_for(std::uint32_t rows) noexcept {
    const auto below = static_cast<std::uint8_t>(rows < kTileRows ? rows : kTileRows);
    const auto above = static_cast<std::uint8_t>(rows - below);
    TileShapes shapes;
    for (int tile = 0; tile < 8; ++tile) {
        shapes.row_bytes[tile] = kTileBytes;
        shapes.rows[tile] = kTileRows;
    }
    for (const int tile : {0, 1, 4}) shapes.rows[tile] = below;
    for (const int tile : {2, 3, 5}) {
        shapes.rows[tile] = above;
        if (above == 0) shapes.row_bytes[tile] = 0;
    }
    return shapes;
}

/// Finishes rows [begin, end) of a block.
template <bool kGelu>
[[gnu::always_inline]] inline void finish_rows(const Job& job, const Block& block,
                                               std::uint32_t begin, std::uint32_t end,
                                               const avx512::Tail& tail) noexcept {
    for (std::uint32_t r = begin; r < end; ++r) {
        const avx512::RowFactors factors = avx512::row_factors(job.x, block.row + r);
        float* out = job.out + (block.row + r) * job.layer.outputs + block.first;
#pragma GCC unroll 2
        for (std::uint32_t j = 0; j < kPanel; j += avx512::kVector) {
            const __m512i sums = _mm512_load_si512(block.sums + r * kPanel + j);
            _mm512_storeu_ps(
                out + j, avx512::finish<kGelu>(job.layer, factors, block.first + j, sums, tail));
        }
    }
}

/// The sums of `next`, and between the tile instructions the rest of `last`: tiles and vectors are
/// different units, which work at the same time.
template <bool kGelu, bool kTwo>
void run_block(const Job& job, Block& next, const Block& last) noexcept {
    const avx512::Tail tail = avx512::load_tail();
    const std::size_t inputs = job.layer.inputs;
    const auto steps = static_cast<std::uint32_t>(inputs / kStep);
    const std::uint8_t* codes = job.x.codes + next.row * inputs;
    const std::int8_t* weights = job.layer.codes + next.first * inputs;
    zero<0>();
    zero<1>();
    if constexpr (kTwo) {
        zero<2>();
        zero<3>();
    }
    std::uint32_t done = 0;
    for (std::uint32_t step = 0; step < steps; ++step) {
        load<4>(codes + step * kStep, inputs);
        load<6>(weights + std::size_t{step} * 2 * kPanelTile, kTileBytes);
        dot_unsigned<0, 4, 6>();
        load<7>(weights + (std::size_t{step} * 2 + 1) * kPanelTile, kTileBytes);
        dot_unsigned<1, 4, 7>();
        if constexpr (kTwo) {
            load<5>(codes + kTileRows * inputs + step * kStep, inputs);
            dot_unsigned<2, 5, 6>();
            dot_unsigned<3, 5, 7>();
        }
        const std::uint32_t until = last.rows * (step + 1) / steps;
        finish_rows<kGelu>(job, last, done, until, tail);
        done = until;
    }
    constexpr std::size_t kStride = kPanel * sizeof(std::int32_t);
    store<0>(next.sums, kStride);
    store<1>(next.sums + kTileRows, kStride);
    if constexpr (kTwo) {
        store<2>(next.sums + kTileRows * kPanel, kStride);
        store<3>(next.sums + kTileRows * kPanel + kTileRows, kStride);
    }
}

template <bool kGelu>
void run(const Job& job, std::size_t rows) noexcept {
    Block blocks[2];
    std::uint32_t turn = 0;
    fence();
    for (std::size_t row = 0; row < rows; row += kRows) {
        const auto count = static_cast<std::uint32_t>(rows - row < kRows ? rows - row : kRows);
        if (row == 0 || count < kRows) configure(shapes_for(count));
        for (std::size_t first = 0; first < job.layer.outputs; first += kPanel) {
            Block& next = blocks[turn];
            const Block& last = blocks[turn ^ 1U];
            next.row = row;
            next.first = first;
            next.rows = count;
            if (count > kTileRows)
                run_block<kGelu, true>(job, next, last);
            else
                run_block<kGelu, false>(job, next, last);
            turn ^= 1U;
        }
    }
    release();
    const Block& last = blocks[turn ^ 1U];
    finish_rows<kGelu>(job, last, 0, last.rows, avx512::load_tail());
    wipe_memory(blocks, sizeof blocks);
}

}  // namespace

void linear(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out) {
    if (activation == Activation::kGelu)
        run<true>({layer, x, out}, rows);
    else
        run<false>({layer, x, out}, rows);
}

}  // namespace pramana::scoring::amx
