#include "model/file.hpp"

#include "pramana/core/endian.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace pramana::scoring {
namespace {

constexpr char kMagic[16] = "pramana-model\0\0";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kEntryBytes = 48;
constexpr std::size_t kNameBytes = 32;
constexpr std::size_t kAlignment = 64;
constexpr std::uint32_t kSectionsMax = 4096;

constexpr std::size_t aligned(std::size_t size) noexcept {
    return (size + kAlignment - 1) / kAlignment * kAlignment;
}

bool all_zero(ByteView bytes) noexcept {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

}  // namespace

SectionReader::SectionReader(ByteView file) noexcept : file_{file} {
    if (file.size() < kHeaderBytes || std::memcmp(file.data(), kMagic, sizeof kMagic) != 0) return;
    const auto word = [file](std::size_t at) { return load_le<std::uint32_t>(file.data() + at); };
    if (word(16) != kVersion || word(32) > kSectionsMax) return;
    head_ = {word(20), word(24), word(28), word(32)};
    next_offset_ = aligned(kHeaderBytes + kEntryBytes * head_.sections);
    ok_ = file.size() >= next_offset_;
}

ByteView SectionReader::any(std::string_view name) {
    if (!ok_ || next_section_ >= head_.sections || name.size() > kNameBytes) {
        ok_ = false;
        return {};
    }
    const ByteView entry = file_.subspan(kHeaderBytes + kEntryBytes * next_section_, kEntryBytes);
    const auto offset = load_le<std::uint64_t>(entry.data() + kNameBytes);
    const auto size = load_le<std::uint64_t>(entry.data() + kNameBytes + 8);
    ok_ = as_text(entry.first(name.size())) == name &&
          all_zero(entry.subspan(name.size(), kNameBytes - name.size())) &&
          offset == next_offset_ && offset <= file_.size() && size <= file_.size() - offset &&
          aligned(size) <= file_.size() - offset;
    if (!ok_) return {};
    ++next_section_;
    next_offset_ += aligned(size);
    return file_.subspan(offset, size);
}

std::span<const std::int8_t> SectionReader::codes(std::string_view name, std::size_t count) {
    const ByteView raw = any(name);
    const auto* first = reinterpret_cast<const std::int8_t*>(raw.data());
    const std::span<const std::int8_t> found{first, raw.size()};
    ok_ = ok_ && raw.size() == count &&
          std::find(found.begin(), found.end(), std::int8_t{-128}) == found.end();
    return ok_ ? found : std::span<const std::int8_t>{};
}

std::vector<float> SectionReader::floats(std::string_view name, std::size_t count) {
    const ByteView raw = any(name);
    ok_ = ok_ && raw.size() == count * sizeof(float);
    if (!ok_) return {};
    std::vector<float> found(count);
    for (std::size_t i = 0; i < count; ++i) {
        found[i] = std::bit_cast<float>(load_le<std::uint32_t>(raw.data() + 4 * i));
        ok_ = ok_ && std::isfinite(found[i]);
    }
    return found;
}

Status SectionReader::finish() const {
    if (!ok_ || next_section_ != head_.sections || next_offset_ != file_.size())
        return Error{Errc::kModelMismatch, "scoring.model.file"};
    return Done{};
}

}  // namespace pramana::scoring
