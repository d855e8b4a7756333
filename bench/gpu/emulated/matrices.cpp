// The warp's matrix instructions, lane by lane as the PTX ISA lays them out.
#include "cuda/device.cuh"

#include <cstring>

namespace pramana::scoring::cuda {
namespace {

constexpr unsigned kLanes = 32;

struct MatrixLane {
    const std::uint8_t* row;
    std::uint32_t* out;
};

/// Eight rows that lie in different sixteenths of what shared memory gives at once are read at
/// once.
void check_rows(void* const* lanes, unsigned matrix) {
    unsigned met = 0;
    for (unsigned r = 0; r < 8; ++r) {
        const auto* lane = static_cast<const MatrixLane*>(lanes[8 * matrix + r]);
        const auto at = reinterpret_cast<std::uintptr_t>(lane->row);
        if (at % 16 != 0 || !parity::in_block_memory(lane->row, 16))
            parity::broken("a row of a matrix at no 16-byte place of shared memory");
        met |= 1U << (at / 16 % 8);
    }
    if (met != 0xFFU) parity::broken("rows of a matrix in one bank");
}

void load(void* const* lanes) {
    for (unsigned matrix = 0; matrix < 4; ++matrix) {
        check_rows(lanes, matrix);
        for (unsigned l = 0; l < kLanes; ++l) {
            const auto* from = static_cast<const MatrixLane*>(lanes[8 * matrix + l / 4]);
            auto* to = static_cast<const MatrixLane*>(lanes[l])->out + matrix;
            std::memcpy(to, from->row + std::size_t{l % 4} * 4, 4);
        }
    }
}

/// 16 x 32 numbers of the left factor, or 8 x 32 of the right one.
using LeftTile = std::int32_t[16][32];
using RightTile = std::int32_t[8][32];

std::int32_t byte_of(std::uint32_t four, unsigned at, Left sign) {
    const auto byte = static_cast<std::uint8_t>(four >> (8 * at));
    return sign == Left::kSigned ? static_cast<std::int8_t>(byte) : std::int32_t{byte};
}

void gather_left(void* const* lanes, unsigned tile, LeftTile& to) {
    for (unsigned l = 0; l < kLanes; ++l) {
        const auto* lane = static_cast<const Products*>(lanes[l]);
        for (unsigned i = 0; i < 4; ++i)
            for (unsigned b = 0; b < 4; ++b)
                to[l / 4 + 8 * (i % 2)][16 * (i / 2) + 4 * (l % 4) + b] =
                    byte_of(lane->a[tile][i], b, lane->left);
    }
}

void gather_right(void* const* lanes, unsigned column, RightTile& to) {
    for (unsigned l = 0; l < kLanes; ++l) {
        const auto* lane = static_cast<const Products*>(lanes[l]);
        for (unsigned i = 0; i < 2; ++i)
            for (unsigned b = 0; b < 4; ++b)
                to[l / 4][16 * i + 4 * (l % 4) + b] =
                    byte_of(lane->b[2 * column + i], b, Left::kSigned);
    }
}

void add_products(void* const* lanes) {
    const unsigned tiles = static_cast<const Products*>(lanes[0])->tiles;
    const unsigned columns = static_cast<const Products*>(lanes[0])->columns;
    RightTile right[2];
    for (unsigned column = 0; column < columns; ++column)
        gather_right(lanes, column, right[column]);
    for (unsigned tile = 0; tile < tiles; ++tile) {
        LeftTile left;
        gather_left(lanes, tile, left);
        for (unsigned l = 0; l < kLanes; ++l) {
            const auto* lane = static_cast<const Products*>(lanes[l]);
            for (unsigned i = 0; i < 4 * columns; ++i) {
                const auto& x = left[l / 4 + 8 * (i % 4 / 2)];
                const auto& w = right[i / 4][2 * (l % 4) + i % 2];
                std::int32_t sum = 0;
                for (unsigned k = 0; k < 32; ++k) sum += x[k] * w[k];
                lane->acc[columns * tile + i / 4][i % 4] += sum;
            }
        }
    }
}

}  // namespace

void load_matrices(const void* row, std::uint32_t (&out)[4]) {
    MatrixLane mine{static_cast<const std::uint8_t*>(row), out};
    parity::meet_warp(&mine, load);
}

void multiply(Products& mine) { parity::meet_warp(&mine, add_products); }

}  // namespace pramana::scoring::cuda
