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
    alignas(64) std::int32_t zeros[kRows];  ///< avx512::zero_pair of each row
    const float* scales = nullptr;          ///< of the rows
    float* out = nullptr;                   ///< its first element
    std::size_t stride = 0;                 ///< from row to row of out
    std::size_t first = 0;                  ///< its first output
    std::uint32_t rows = 0;
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

/// A block on its way to `out`, a few rows at a time. By value: what it points to may not change,
/// but a compiler that sees stores to floats must think so and would load the members again.
template <bool kGelu>
class Finisher {
  public:
    Finisher(const LinearView& layer, const Block& block) noexcept
        : tail_{avx512::load_tail()},
          low_{avx512::load_columns(layer, block.first)},
          high_{avx512::load_columns(layer, block.first + avx512::kVector)},
          sums_{block.sums},
          zeros_{block.zeros},
          scales_{block.scales},
          out_{block.out},
          stride_{block.stride},
          left_{block.rows} {}

    /// The next `rows` rows, an even number, or what is left. By twos; an odd last row twice.
    [[gnu::always_inline]] void step(std::uint32_t rows) noexcept {
        for (std::size_t r = 0; r < rows && left_ > 0; r += 2) {
            const std::uint32_t next = left_ > 1 ? 1 : 0;
            const std::int32_t* more_sums = sums_ + std::size_t{next} * kPanel;
            float* more_out = out_ + next * stride_;
            __m512 y[4];
            start(sums_, 0, y[0], y[1]);
            start(more_sums, next, y[2], y[3]);
            if constexpr (kGelu) avx512::gelu_in_place(y, tail_);
            _mm512_storeu_ps(out_, y[0]);
            _mm512_storeu_ps(out_ + avx512::kVector, y[1]);
            _mm512_storeu_ps(more_out, y[2]);
            _mm512_storeu_ps(more_out + avx512::kVector, y[3]);
            zeros_ += 2;
            scales_ += 2;
            sums_ += std::size_t{2} * kPanel;
            out_ += 2 * stride_;
            left_ -= 1 + next;
        }
    }

  private:
    [[gnu::always_inline]] void start(const std::int32_t* sums, std::uint32_t row, __m512& low,
                                      __m512& high) const noexcept {
        const __m512i zeros = _mm512_set1_epi32(zeros_[row]);
        const __m512 scale = _mm512_set1_ps(scales_[row]);
        low = avx512::finish(_mm512_load_si512(sums), zeros, scale, low_);
        high = avx512::finish(_mm512_load_si512(sums + avx512::kVector), zeros, scale, high_);
    }

    avx512::Tail tail_;
    avx512::Columns low_;
    avx512::Columns high_;
    const std::int32_t* sums_;
    const std::int32_t* zeros_;
    const float* scales_;
    float* out_;
    std::size_t stride_;
    std::uint32_t left_;
};

/// The sums of `next` from the rows at `codes`, and between the tile instructions the rest of
/// `last`: tiles and vectors are different units, which work at the same time.
template <bool kGelu, bool kTwo>
void run_block(const LinearView& layer, const std::uint8_t* codes, Block& next,
               const Block& last) noexcept {
    Finisher<kGelu> finisher{layer, last};
    const std::size_t inputs = layer.inputs;
    const auto steps = static_cast<std::uint32_t>(inputs / kStep);
    const std::uint32_t share = (kRows / 2 + steps - 1) / steps * 2;
    const std::int8_t* weights = layer.codes + next.first * inputs;
    zero<0>();
    zero<1>();
    if constexpr (kTwo) {
        zero<2>();
        zero<3>();
    }
    for (std::uint32_t step = 0; step < steps; ++step) {
        load<4>(codes, inputs);
        load<6>(weights, kTileBytes);
        dot_unsigned<0, 4, 6>();
        load<7>(weights + kPanelTile, kTileBytes);
        dot_unsigned<1, 4, 7>();
        if constexpr (kTwo) {
            load<5>(codes + kTileRows * inputs, inputs);
            dot_unsigned<2, 5, 6>();
            dot_unsigned<3, 5, 7>();
        }
        codes += kStep;
        weights += std::size_t{2} * kPanelTile;
        finisher.step(share);
    }
    constexpr std::size_t kStride = kPanel * sizeof(std::int32_t);
    store<0>(next.sums, kStride);
    store<1>(next.sums + kTileRows, kStride);
    if constexpr (kTwo) {
        store<2>(next.sums + std::size_t{kTileRows} * kPanel, kStride);
        store<3>(next.sums + std::size_t{kTileRows} * kPanel + kTileRows, kStride);
    }
}

/// Blocks on their way through the tiles and the vector unit, one behind the other.
template <bool kGelu>
class Pipeline {
  public:
    Pipeline(const LinearView& layer, const QuantisedRows& x) noexcept : layer_{layer}, x_{x} {}
    ~Pipeline() { wipe_memory(blocks_, sizeof blocks_); }
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    /// `count` rows from `row` times the panel from output `first`; tiles have shapes_for(count).
    [[gnu::always_inline]] void add(std::size_t row, std::uint32_t count, std::size_t first,
                                    float* out, std::size_t stride) noexcept {
        Block& next = blocks_[turn_];
        turn_ ^= 1U;
        next.scales = x_.scales + row;
        next.out = out;
        next.stride = stride;
        next.first = first;
        next.rows = count;
        for (std::size_t r = 0; r < count; ++r)
            next.zeros[r] = avx512::zero_pair(x_.zeros[row + r]);
        const std::uint8_t* codes = x_.codes + row * layer_.inputs;
        if (count > kTileRows)
            run_block<kGelu, true>(layer_, codes, next, blocks_[turn_]);
        else
            run_block<kGelu, false>(layer_, codes, next, blocks_[turn_]);
    }
    /// What is left, without tiles.
    void finish() noexcept {
        Finisher<kGelu>{layer_, blocks_[turn_ ^ 1U]}.step(kRows);
        blocks_[turn_ ^ 1U].rows = 0;
    }

  private:
    const LinearView& layer_;
    const QuantisedRows& x_;
    std::uint32_t turn_ = 0;
    Block blocks_[2];
};

template <bool kGelu>
void run(const LinearView& layer, const QuantisedRows& x, std::size_t rows, float* out) noexcept {
    Pipeline<kGelu> pipeline{layer, x};
    fence();
    for (std::size_t row = 0; row < rows; row += kRows) {
        const auto count = static_cast<std::uint32_t>(rows - row < kRows ? rows - row : kRows);
        if (row == 0 || count < kRows) configure(shapes_for(count));
        for (std::size_t first = 0; first < layer.outputs; first += kPanel)
            pipeline.add(row, count, first, out + row * layer.outputs + first, layer.outputs);
    }
    release();
    pipeline.finish();
}

}  // namespace

void linear(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
            Activation activation, float* out) {
    if (activation == Activation::kGelu)
        run<true>(layer, x, rows, out);
    else
        run<false>(layer, x, rows, out);
}

void project_head(const LinearView& layer, const QuantisedRows& x, std::size_t rows,
                  std::size_t head, float* out) noexcept {
    static_assert(kPanel == kHeadDim);
    Pipeline<false> pipeline{layer, x};
    fence();
    const std::size_t whole = rows / kRows * kRows;
    const auto left = static_cast<std::uint32_t>(rows - whole);
    if (whole > 0) configure(shapes_for(kRows));
    for (std::size_t row = 0; row < whole; row += kRows)
        for (std::size_t part = 0; part < 3; ++part)
            pipeline.add(row, kRows, part * kDim + head * kHeadDim,
                         out + (part * rows + row) * kHeadDim, kHeadDim);
    if (left > 0) configure(shapes_for(left));
    for (std::size_t part = 0; part < 3 && left > 0; ++part)
        pipeline.add(whole, left, part * kDim + head * kHeadDim,
                     out + (part * rows + whole) * kHeadDim, kHeadDim);
    pipeline.finish();
}

}  // namespace pramana::scoring::amx
