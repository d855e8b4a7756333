#include "corpus/reference.hpp"

#include "pramana/core/check.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/sha256.hpp"

#include <fstream>
#include <limits>

namespace pramana::scoring {
namespace {

constexpr std::string_view kMagic = "PRC1";
constexpr std::size_t kHeadBytes = 8;
constexpr Error kCorrupt{Errc::kCorpusCorrupt, "scoring.reference.parse"};

}  // namespace

ReferenceCorpus::ReferenceCorpus(std::unique_ptr<const State> state, std::uint64_t entries,
                                 const Hash32& digest) noexcept
    : state_{std::move(state)}, entries_{entries}, digest_{digest} {}
ReferenceCorpus::~ReferenceCorpus() = default;

std::uint64_t ReferenceCorpus::chunks() const noexcept { return state_->index.rows(); }

Result<std::shared_ptr<const ReferenceCorpus>> ReferenceCorpus::parse(ByteView file) {
    if (file.size() < kHeadBytes || as_text(file.first(kMagic.size())) != kMagic) return kCorrupt;
    const auto entries = load_le<std::uint32_t>(file.data() + kMagic.size());
    auto state = std::make_unique<State>();
    ByteView left = file.subspan(kHeadBytes);
    for (std::uint32_t i = 0; i < entries; ++i) {
        if (left.size() < 4) return kCorrupt;
        const auto size = load_le<std::uint32_t>(left.data());
        if (left.size() - 4 < size) return kCorrupt;
        const Result<EntryRecord> entry = decode_entry(left.subspan(4, size));
        if (!entry || entry->quarantined) return kCorrupt;
        state->index.append(*entry);
        left = left.subspan(std::size_t{4} + size);
    }
    if (!left.empty()) return kCorrupt;
    return std::shared_ptr<const ReferenceCorpus>{
        new ReferenceCorpus{std::move(state), entries, sha256(file)}};
}

Result<std::shared_ptr<const ReferenceCorpus>> ReferenceCorpus::load(
    const std::filesystem::path& path, const Hash32& expected, Hash32* found) {
    std::error_code missing;
    const std::uintmax_t size = std::filesystem::file_size(path, missing);
    if (missing) return Error{Errc::kNotFound, "scoring.reference.load"};
    if (size > kFileBytesMax) return Error{Errc::kCorpusCorrupt, "scoring.reference.load.size"};
    Bytes file(static_cast<std::size_t>(size));
    std::ifstream in{path, std::ios::binary};
    if (!in.read(reinterpret_cast<char*>(file.data()), static_cast<std::streamsize>(size)))
        return Error{Errc::kIo, "scoring.reference.load"};
    const Hash32 digest = sha256(file);
    if (found != nullptr) *found = digest;
    if (digest != expected) return Error{Errc::kCorpusCorrupt, "scoring.reference.load.digest"};
    return parse(file);
}

Bytes ReferenceCorpus::join(std::span<const Bytes> entries) {
    PRAMANA_CHECK(entries.size() <= std::numeric_limits<std::uint32_t>::max());
    Bytes out;
    append(out, kMagic);
    append_le(out, static_cast<std::uint32_t>(entries.size()));
    for (const Bytes& entry : entries) {
        append_le(out, static_cast<std::uint32_t>(entry.size()));
        append(out, entry);
    }
    return out;
}

}  // namespace pramana::scoring
