#include "corpus/entry.hpp"

#include "index/dot.hpp"
#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"

#include <algorithm>
#include <limits>

namespace pramana::scoring {
namespace {

constexpr std::string_view kMagic = "PCE1";
constexpr std::string_view kQuarantinedMagic = "PCQ1";
constexpr std::size_t kChunkBytesMin = ExactHash::kSize + 2 + 2 + kCodeDim;
constexpr Error kCorrupt{Errc::kCorpusCorrupt, "scoring.corpus.decode_entry"};

template <class T>
void put_list(Bytes& out, const SecretVector<T>& values) {
    PRAMANA_CHECK(values.size() <= std::numeric_limits<std::uint16_t>::max());
    append_le(out, static_cast<std::uint16_t>(values.size()));
    for (const T value : values) append_le(out, value);
}

/// Reads from the front; every function returns false when bytes are missing.
class Reader {
  public:
    explicit Reader(ByteView bytes) : left_{bytes} {}
    [[nodiscard]] std::size_t left() const noexcept { return left_.size(); }

    [[nodiscard]] bool take(std::size_t size, ByteView& out) {
        if (size > left_.size()) return false;
        out = left_.first(size);
        left_ = left_.subspan(size);
        return true;
    }
    template <class T>
    [[nodiscard]] bool number(T& out) {
        ByteView raw;
        if (!take(sizeof(T), raw)) return false;
        out = load_le<T>(raw.data());
        return true;
    }
    /// A counted list, strictly ascending.
    template <class T>
    [[nodiscard]] bool list(SecretVector<T>& out) {
        std::uint16_t count = 0;
        ByteView raw;
        if (!number(count) || !take(count * sizeof(T), raw)) return false;
        out.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            const T value = load_le<T>(raw.data() + i * sizeof(T));
            if (i > 0 && value <= out.back()) return false;
            out.push_back(value);
        }
        return true;
    }

  private:
    ByteView left_;
};

}  // namespace

Bytes encode_entry(const EntryRecord& entry) {
    PRAMANA_CHECK(entry.codes.size() == entry.chunks.size() * kCodeDim);
    std::size_t size = kMagic.size() + 4 + (entry.quarantined ? OwnerTag::kSize : 0);
    for (const ChunkRecord& chunk : entry.chunks)
        size += kChunkBytesMin + chunk.prints.size() * 8 + chunk.content.size() * 4;
    Bytes out;
    out.reserve(size);  // no growth: it would leave an unwiped copy behind
    append(out, entry.quarantined ? kQuarantinedMagic : kMagic);
    if (entry.quarantined) append(out, entry.quarantined->view());
    append_le(out, static_cast<std::uint32_t>(entry.chunks.size()));
    for (std::size_t i = 0; i < entry.chunks.size(); ++i) {
        const ChunkRecord& chunk = entry.chunks[i];
        append(out, chunk.exact.view());
        put_list(out, chunk.prints);
        put_list(out, chunk.content);
        const std::int8_t* codes = entry.codes.data() + i * kCodeDim;
        append(out, ByteView{reinterpret_cast<const std::uint8_t*>(codes), kCodeDim});
    }
    PRAMANA_CHECK(out.size() == size);
    return out;
}

Result<EntryRecord> decode_entry(ByteView bytes) {
    Reader reader{bytes};
    ByteView magic;
    std::uint32_t count = 0;
    if (!reader.take(kMagic.size(), magic)) return kCorrupt;
    EntryRecord entry;
    if (as_text(magic) == kQuarantinedMagic) {
        ByteView owner;
        if (!reader.take(OwnerTag::kSize, owner)) return kCorrupt;
        std::copy(owner.begin(), owner.end(), entry.quarantined.emplace().bytes.begin());
    } else if (as_text(magic) != kMagic) {
        return kCorrupt;
    }
    if (!reader.number(count)) return kCorrupt;
    if (count > reader.left() / kChunkBytesMin)
        return kCorrupt;  // before anything of that size is allocated
    entry.chunks.resize(count);
    entry.codes.reserve(count * kCodeDim);
    for (ChunkRecord& chunk : entry.chunks) {
        ByteView exact, codes;
        if (!reader.take(ExactHash::kSize, exact) || !reader.list(chunk.prints) ||
            !reader.list(chunk.content) || !reader.take(kCodeDim, codes))
            return kCorrupt;
        std::copy(exact.begin(), exact.end(), chunk.exact.bytes.begin());
        for (const std::uint8_t code : codes) {
            if (code == 0x80) return kCorrupt;  // -128 is no code
            entry.codes.push_back(static_cast<std::int8_t>(code));
        }
    }
    if (reader.left() != 0) return kCorrupt;
    return entry;
}

}  // namespace pramana::scoring
