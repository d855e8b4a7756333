#pragma once

#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/reference.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace pramana::bench {

/// One file in the hands of one wallet.
struct Submission {
    std::string file;  ///< its name below the directory
    std::string wallet;
};

/// One chunk of a file that was scored.
struct ChunkPaid {
    std::uint32_t weight = 0;
    scoring::ChunkVerdict verdict;
    bool compared = false;  ///< its meaning was
};

/// What a file came to.
struct Paid {
    std::uint32_t pay_1024 = 0;
    std::string why;  ///< the reasons of its score, or the code that refused it
    std::uint64_t mass = 0, novel_mass = 0;
    std::vector<ChunkPaid> chunks;
};

/// Reads, prepares and scores files as a validator does. A file is prepared once, however often it
/// is submitted. Thread: one.
class Till {
  public:
    Till(std::filesystem::path directory, std::shared_ptr<const scoring::Model> model,
         const scoring::Ruleset& ruleset);

    /// Submits files in this order to a corpus that begins empty: each is scored against those
    /// before it, then takes its place, in quarantine if it was rejected. `public_files` are the
    /// ruleset's public texts.
    [[nodiscard]] std::vector<Paid> submit(std::span<const Submission> submissions,
                                           std::span<const std::string> public_files);
    /// The folded words of each chunk of a file, for reading.
    [[nodiscard]] std::vector<std::string> words_of(const std::string& file) const;

  private:
    struct Opened {
        std::shared_ptr<const scoring::Prepared> prepared;  ///< null: refused
        std::string refusal;
    };
    [[nodiscard]] const Opened& open(const std::string& file, const scoring::Ruleset& ruleset);
    [[nodiscard]] Result<scoring::Document> read(const std::string& file) const;
    [[nodiscard]] std::shared_ptr<const scoring::ReferenceCorpus> reference(
        const std::string& file);

    std::filesystem::path directory_;
    scoring::Tokenizer tokenizer_;
    scoring::Engine engine_;
    scoring::Ruleset plain_;
    std::map<std::string, Opened> opened_;  ///< by ruleset and file
};

}  // namespace pramana::bench
