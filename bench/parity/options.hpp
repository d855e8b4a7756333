#pragma once

#include "pramana/scoring/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pramana::parity {

inline constexpr const char* kUsage =
    "usage: parity_report [--documents N] [--reference N] [--seed S] [--json FILE]\n"
    "                     [--expect FILE] [--require BACKEND] [--model FILE | --tiny] [TEXT...]\n"
    "  --documents N      generated documents, 1..1000000 (10000)\n"
    "  --reference N      documents whose codes the slow reference says (1000)\n"
    "  --seed S           other documents (1)\n"
    "  --json FILE        where the report goes as JSON\n"
    "  --expect FILE      a report of another machine: its digests must be found again\n"
    "  --require BACKEND  fail where this machine does not have it\n"
    "  --model FILE       the pinned model file (models/all-minilm-l6-v2.pramana)\n"
    "  --tiny             a small model made by this program, where there is no file\n"
    "  TEXT               text files whose paragraphs are documents too\n";

struct Options {
    std::uint64_t documents = 10'000;
    std::uint64_t reference = 1'000;
    std::uint64_t seed = 1;
    std::string json;
    std::string expect;
    std::string require;
    std::string model = scoring::kModelPath;
    bool tiny = false;
    std::vector<std::string> texts;
};

/// Nothing when the command line is wrong.
[[nodiscard]] std::optional<Options> read_options(int argc, char** argv);

}  // namespace pramana::parity
