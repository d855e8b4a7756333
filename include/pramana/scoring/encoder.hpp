#pragma once

#include "pramana/scoring/model.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace pramana::scoring {

/// Components of an embedding and of its index codes.
inline constexpr std::uint32_t kEmbeddingDim = 384;
/// Word-pieces of one text, [CLS] and [SEP] not counted: the law allows 512 tokens.
inline constexpr std::uint32_t kTextPiecesMax = 510;
/// The one scale of all index codes: code = rint(component * kIndexScale), clamped to -127..127.
/// The dot product of two codes is therefore about cosine * kIndexScale^2.
inline constexpr float kIndexScale = 400.0F;

/// Texts as word-pieces, concatenated: text i is ids[offsets[i], offsets[i + 1]), without [CLS] and
/// [SEP], which the encoder adds. `offsets` has one element more than there are texts, ascending,
/// each at most ids.size(); each text has at most kTextPiecesMax pieces, 0 included; each id is of
/// the model's vocabulary. Borrowed.
struct TokenBatch {
    std::span<const std::uint16_t> ids;
    std::span<const std::uint32_t> offsets;
    [[nodiscard]] std::size_t texts() const noexcept {
        return offsets.empty() ? 0 : offsets.size() - 1;
    }
};

/// Who computes. Every backend gives the same bits; kBest takes the fastest that this CPU has.
enum class Backend : std::uint8_t { kReference, kAvx2, kAvx512Vnni, kAmx, kNeon, kBest };
/// The backends compiled into this program, fastest first; the last one is kReference. Whether this
/// machine can run one of them is backend_available(). Never kBest. Thread: any.
[[nodiscard]] std::span<const Backend> backends() noexcept;
/// Whether it is compiled in and this CPU and operating system can run it. kBest always is.
[[nodiscard]] bool backend_available(Backend backend) noexcept;
/// "reference", "avx2", "avx512vnni", "amx", "neon" or "best".
[[nodiscard]] std::string_view name_of(Backend backend) noexcept;
/// The backend of that name, whether it is available or not.
[[nodiscard]] std::optional<Backend> backend_named(std::string_view name) noexcept;

/// Texts to index codes. The codes of a text depend on nothing but its pieces and the model: not on
/// the batch, the backend, the machine or the compiler.
/// Thread: const, any thread; each call has scratch memory of its own, wiped at the end, because
/// embeddings reveal their text. Spread work over cores by splitting the batch.
/// Source: docs/scoring.md "Encoder".
class Encoder {
  public:
    /// `backend` must be available.
    explicit Encoder(std::shared_ptr<const Model> model, Backend backend = Backend::kBest);
    ~Encoder();
    Encoder(Encoder&&) noexcept;
    Encoder& operator=(Encoder&&) noexcept;

    /// The backend in use, never kBest.
    [[nodiscard]] Backend backend() const noexcept;
    /// Writes the index codes, row-major [texts x kEmbeddingDim].
    /// A batch that breaks the rules of TokenBatch or another size of `codes` is a bug and aborts.
    void embed(const TokenBatch& batch, std::span<std::int8_t> codes) const;

  private:
    struct State;
    std::unique_ptr<const State> state_;
};

}  // namespace pramana::scoring
