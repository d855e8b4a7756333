// A broken machine is found by its first wrong operation: one operation of a table is bent at a
// time, and the comparison names it.
#include "embed/lockstep.hpp"

#include "cpu/registry.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "tiny_model.hpp"

#include <gtest/gtest.h>

namespace pramana::scoring {
namespace {

const std::vector<std::uint16_t> kIds{kPieceBegin, 104, 105, 106, kPieceEnd};

TEST(Lockstep, finds_nothing_between_a_backend_and_the_law) {
    for (const Backend backend : backends()) {
        if (!backend_available(backend)) continue;
        EXPECT_FALSE(first_difference(testing::tiny_model()->parts(), reference_kernels(),
                                      find_backend(backend)->kernels(), kIds))
            << name_of(backend);
    }
}

struct Fault {
    const char* name;
    std::string_view operation;
    bool in_a_layer;
    std::uint64_t element;
    void (*bend)(Kernels& kernels);
};
// Each lets the law compute and changes one number of the result by its last bit.
const Fault kFaults[] = {
    {"embed", "embed", false, 5,
     [](Kernels& kernels) {
         kernels.embed = [](const EmbeddingView& weights, const std::uint16_t* ids,
                            std::size_t tokens, float* x) {
             reference_kernels().embed(weights, ids, tokens, x);
             x[5] += x[5] * 0x1p-23F;
         };
     }},
    {"quantise_rows", "qkv.quantise", true, 7,
     [](Kernels& kernels) {
         kernels.quantise_rows = [](const float* x, std::size_t rows, std::uint32_t dim,
                                    const float* smoothing, const QuantisedRows& out) {
             reference_kernels().quantise_rows(x, rows, dim, smoothing, out);
             out.codes[7] ^= 1U;
         };
     }},
    {"linear_without_activation", "qkv", true, 3,
     [](Kernels& kernels) {
         kernels.linear = [](const LinearView& layer, const QuantisedRows& x, std::size_t rows,
                             Activation activation, float* out) {
             reference_kernels().linear(layer, x, rows, activation, out);
             out[3] += 1.0F;
         };
     }},
    {"linear_with_gelu", "up", true, 1600,
     [](Kernels& kernels) {
         kernels.linear = [](const LinearView& layer, const QuantisedRows& x, std::size_t rows,
                             Activation activation, float* out) {
             reference_kernels().linear(layer, x, rows, activation, out);
             if (activation == Activation::kGelu) out[1600] += 1.0F;
         };
     }},
    {"attention", "attention", true, 400,
     [](Kernels& kernels) {
         kernels.attention = [](const float* qkv, std::uint32_t tokens,
                                const AttentionView& scratch, float* out) {
             reference_kernels().attention(qkv, tokens, scratch, out);
             out[400] += 1.0F;
         };
     }},
    {"add_norm", "norm1", true, 0,
     [](Kernels& kernels) {
         kernels.add_norm = [](const NormView& weights, const float* y, std::size_t rows,
                               float* x) {
             reference_kernels().add_norm(weights, y, rows, x);
             x[0] += 1.0F;
         };
     }},
    {"pool", "pool", false, 383,
     [](Kernels& kernels) {
         kernels.pool = [](const float* x, std::uint32_t tokens, std::int8_t* codes) {
             reference_kernels().pool(x, tokens, codes);
             codes[383] = static_cast<std::int8_t>(codes[383] ^ 1);
         };
     }},
};
class LockstepFault : public ::testing::TestWithParam<Fault> {};
TEST_P(LockstepFault, is_named) {
    Kernels broken = reference_kernels();
    GetParam().bend(broken);
    const std::optional<OperationDifference> found =
        first_difference(testing::tiny_model()->parts(), reference_kernels(), broken, kIds);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->operation, GetParam().operation);
    EXPECT_EQ(found->layer.has_value(), GetParam().in_a_layer);
    EXPECT_EQ(found->element, GetParam().element);
}
INSTANTIATE_TEST_SUITE_P(Operations, LockstepFault, ::testing::ValuesIn(kFaults),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace pramana::scoring
