#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <filesystem>
#include <memory>
#include <span>

namespace pramana::scoring {

/// Public texts, an encyclopedia say, that nobody is paid for: a read-only file that a ruleset
/// names by its digest and an operator brings along. What a contribution shares with it is lost
/// under the cause `public`. Immutable. Thread: const, any thread. Source: docs/scoring.md "Public
/// texts".
class ReferenceCorpus {
  public:
    /// Bytes of one file, at most.
    static constexpr std::uint64_t kFileBytesMax = std::uint64_t{8} << 30U;

    /// Reads the file and checks its SHA-256.
    ///
    /// @param expected  as the ruleset has it
    /// @param found     if given, receives the digest of the file once it was read, also on failure
    /// Errors: kNotFound, kIo, kCorpusCorrupt (another digest, or not such a file).
    [[nodiscard]] static Result<std::shared_ptr<const ReferenceCorpus>> load(
        const std::filesystem::path& path, const Hash32& expected, Hash32* found = nullptr);
    /// The same from bytes in memory, whatever their digest. Errors: kCorpusCorrupt.
    [[nodiscard]] static Result<std::shared_ptr<const ReferenceCorpus>> parse(ByteView file);
    /// The bytes of a file with these entries (Prepared::corpus_entry), in this order.
    [[nodiscard]] static Bytes join(std::span<const Bytes> entries);

    ~ReferenceCorpus();
    ReferenceCorpus(const ReferenceCorpus&) = delete;
    ReferenceCorpus& operator=(const ReferenceCorpus&) = delete;

    [[nodiscard]] const Hash32& digest() const noexcept { return digest_; }
    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }
    [[nodiscard]] std::uint64_t chunks() const noexcept;

    struct State;
    [[nodiscard]] const State& state() const noexcept { return *state_; }

  private:
    ReferenceCorpus(std::unique_ptr<const State> state, std::uint64_t entries,
                    const Hash32& digest) noexcept;
    std::unique_ptr<const State> state_;
    std::uint64_t entries_;
    Hash32 digest_;
};

}  // namespace pramana::scoring
