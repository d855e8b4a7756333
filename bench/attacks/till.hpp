#pragma once

#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/reference.hpp"
#include "pramana/scoring/ruleset.hpp"

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

/// What a file came to.
struct Paid {
    std::uint32_t pay_1024 = 0;
    std::string why;  ///< the reasons of its score, or the code that refused it
};

/// Reads, prepares and scores files as a validator does. A file is prepared once, however often it
/// is submitted. Thread: one.
class Till {
  public:
    Till(std::filesystem::path directory, std::shared_ptr<const scoring::Model> model);

    /// Submits files in this order to a corpus that begins empty: each is scored against those
    /// before it, then takes its place, in quarantine if it was rejected. `public_files` are the
    /// ruleset's public texts.
    [[nodiscard]] std::vector<Paid> submit(std::span<const Submission> submissions,
                                           std::span<const std::string> public_files);

  private:
    struct Opened {
        std::shared_ptr<const scoring::Prepared> prepared;  ///< null: refused
        std::string refusal;
    };
    [[nodiscard]] const Opened& open(const std::string& file, const scoring::Ruleset& ruleset);
    [[nodiscard]] std::shared_ptr<const scoring::ReferenceCorpus> reference(
        const std::string& file);

    std::filesystem::path directory_;
    scoring::Engine engine_;
    scoring::Ruleset plain_;
    std::map<std::string, Opened> opened_;  ///< by ruleset and file
};

}  // namespace pramana::bench
