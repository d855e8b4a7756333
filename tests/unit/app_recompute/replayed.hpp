#pragma once

#include "../scoring_embed/tiny_model.hpp"
#include "pramana/os/file.hpp"
#include "recompute/recompute.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace pramana::app::testing {

/// Scores texts with the small model, whose words are all that it knows.
class Bench {
  public:
    Bench()
        : engine_{scoring::testing::tiny_model()},
          ruleset_{rules()},
          directory_{std::filesystem::path{::testing::TempDir()} /
                     ("recompute-" + std::to_string(::getpid()))} {
        std::filesystem::create_directories(directory_);
    }
    ~Bench() {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    [[nodiscard]] Scorer scorer() const {
        return {engine_, ruleset_, "tiny", scoring::testing::tiny_model()->digest()};
    }
    [[nodiscard]] const scoring::Ruleset& ruleset() const noexcept { return ruleset_; }
    [[nodiscard]] std::string put(const std::string& name, std::string_view text) const {
        const std::string path = (directory_ / name).string();
        EXPECT_TRUE(write_file_durably(path, as_bytes_view(text)));
        return path;
    }
    /// The text scored behind what the corpus holds.
    [[nodiscard]] ScoredFile scored(std::string_view text, OfflineCorpus& corpus) const {
        Result<ScoredFile> file = score_file(put("text", text), scorer(), corpus);
        EXPECT_TRUE(file);
        return *std::move(file);
    }

    /// `count` words of the small vocabulary; another `seed` gives others.
    [[nodiscard]] static std::string prose(std::uint32_t seed, std::size_t count) {
        scoring::testing::Sequence chance{seed};
        const std::vector<std::string>& words = scoring::testing::tiny_words();
        std::string text;
        for (std::size_t i = 0; i < count;) {
            const std::string& word = words[chance.below(static_cast<std::uint32_t>(words.size()))];
            if (word.front() < 'a' || word.front() > 'z') continue;
            text += word + (++i % 9 == 0 ? ". " : " ");
        }
        return text;
    }

  private:
    static scoring::Ruleset rules() {
        scoring::RulesetValues values;
        values.name = "tiny-1";
        values.model_sha256 = scoring::testing::tiny_model()->digest();
        values.chunk = {.pieces_min = 8, .boundary_pieces_min = 20, .pieces_max = 40};
        return *scoring::Ruleset::make(values);
    }

    scoring::Engine engine_;
    scoring::Ruleset ruleset_;
    std::filesystem::path directory_;
};

}  // namespace pramana::app::testing
