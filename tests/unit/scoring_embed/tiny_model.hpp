#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/scoring/model.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::scoring::testing {

/// A file that is written section by section, so that tests can bend one of them.
struct FileParts {
    std::uint32_t version = 1;
    std::uint32_t layers = 1;
    std::uint32_t vocabulary = 0;
    std::uint32_t positions = 0;
    struct Section {
        std::string name;
        Bytes content;
    };
    std::vector<Section> sections;
    [[nodiscard]] Section& section(std::string_view name);
    [[nodiscard]] Bytes encode() const;
};

/// Words of the small vocabulary after the 104 special and reserved ones.
[[nodiscard]] const std::vector<std::string>& tiny_words();
/// A model of the real shape with one layer, a small vocabulary, 64 positions, and weights from a
/// fixed integer sequence.
[[nodiscard]] FileParts tiny_parts();
/// The same, parsed once.
[[nodiscard]] std::shared_ptr<const Model> tiny_model();

/// The pinned model from models/. Aborts with what to do if it is not there.
[[nodiscard]] std::shared_ptr<const Model> real_model();

/// A repeatable sequence for test inputs (Numerical Recipes' linear congruential generator).
class Sequence {
  public:
    explicit Sequence(std::uint32_t seed) : state_{seed} {}
    /// 0..bound-1
    std::uint32_t below(std::uint32_t bound) { return next() % bound; }
    /// About uniform in -1..1, a multiple of 2^-15.
    float symmetric() {
        return static_cast<float>(static_cast<std::int32_t>(next() & 0xFFFFU) - 32768) * 0x1p-15F;
    }

  private:
    std::uint32_t next() {
        state_ = state_ * 1664525U + 1013904223U;
        return state_ >> 16U;
    }
    std::uint32_t state_;
};

}  // namespace pramana::scoring::testing
