#pragma once

#include "pramana/core/bytes.hpp"
#include "pramana/core/result.hpp"

#include <filesystem>
#include <memory>

namespace pramana::scoring {

/// SHA-256 of the model file that this version scores with: models/all-minilm-l6-v2.pramana, made
/// by tools/model. Part of every ruleset.
[[nodiscard]] const Hash32& pinned_model_digest() noexcept;

/// Where tools/model writes the pinned file, relative to the root of the repository.
inline constexpr const char* kModelPath = "models/all-minilm-l6-v2.pramana";

/// The weights of the encoder and the vocabulary of the tokenizer, read from one file whose digest
/// was checked. Immutable. Thread: const, any thread.
/// Source: docs/scoring.md "Model file".
class Model {
  public:
    /// Reads the whole file (it cannot change under us afterwards) and checks its SHA-256.
    ///
    /// @param expected  usually pinned_model_digest()
    /// @param found     if given, receives the digest of the file once it was read, also on failure
    /// Errors: kNotFound, kIo, kModelMismatch (another digest, or not a model file at all).
    [[nodiscard]] static Result<std::shared_ptr<const Model>> load(
        const std::filesystem::path& path, const Hash32& expected, Hash32* found = nullptr);

    /// The same from bytes in memory, whatever their digest. Errors: kModelMismatch when the bytes
    /// are not a model file of this version.
    [[nodiscard]] static Result<std::shared_ptr<const Model>> parse(ByteView file);

    ~Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    [[nodiscard]] const Hash32& digest() const noexcept { return digest_; }

    /// What tokenizer and encoder read; private to scoring (scoring/model/parts.hpp).
    struct Parts;
    [[nodiscard]] const Parts& parts() const noexcept { return *parts_; }

  private:
    explicit Model(std::unique_ptr<const Parts> parts, const Hash32& digest) noexcept;
    [[nodiscard]] static Result<std::shared_ptr<const Model>> from_file(
        std::unique_ptr<Parts> parts, const Hash32& digest);
    std::unique_ptr<const Parts> parts_;
    Hash32 digest_;
};

}  // namespace pramana::scoring
