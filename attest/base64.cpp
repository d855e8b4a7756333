#include "base64.hpp"

#include <array>

namespace pramana::attest {
namespace {

bool is_space(char c) noexcept { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

/// 0..63, or 64 for a character that is not of this alphabet.
std::uint32_t sextet(char c, Base64 form) noexcept {
    if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
    if (form == Base64::kUrl) return c == '-' ? 62 : c == '_' ? 63 : 64;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/// Groups of four characters, of which the last may have `padding` of them left out or '='.
class Decoder {
  public:
    [[nodiscard]] bool take(std::uint32_t value, bool padding) {
        if (closed_ || (padding_ > 0 && !padding)) return false;
        if (padding) ++padding_;
        group_ = (group_ << 6U) | value;
        return ++count_ < 4 || flush();
    }
    /// Fills an open group with padding, which an URL form leaves out.
    [[nodiscard]] bool close(bool padded) {
        if (padded || count_ == 0) return count_ == 0;
        while (count_ != 0) {
            if (!take(0, true)) return false;
        }
        return true;
    }
    [[nodiscard]] Bytes& out() noexcept { return out_; }

  private:
    bool flush() {
        if (padding_ > 2) return false;
        const std::uint32_t unused = padding_ == 2 ? 0xffffU : padding_ == 1 ? 0xffU : 0;
        if ((group_ & unused) != 0) return false;
        const std::array<std::uint8_t, 3> bytes = {static_cast<std::uint8_t>(group_ >> 16U),
                                                   static_cast<std::uint8_t>(group_ >> 8U),
                                                   static_cast<std::uint8_t>(group_)};
        out_.insert(out_.end(), bytes.begin(), bytes.end() - padding_);
        closed_ = padding_ > 0;
        group_ = 0;
        count_ = 0;
        return true;
    }

    Bytes out_;
    std::uint32_t group_ = 0;
    unsigned count_ = 0;
    unsigned padding_ = 0;
    bool closed_ = false;
};

}  // namespace

std::optional<Bytes> base64_decode(std::string_view text, Base64 form) {
    Decoder decoder;
    decoder.out().reserve(text.size() / 4 * 3 + 3);
    for (const char c : text) {
        if (form == Base64::kWithLines && is_space(c)) continue;
        const bool padding = form == Base64::kWithLines && c == '=';
        const std::uint32_t value = padding ? 0 : sextet(c, form);
        if (value == 64 || !decoder.take(value, padding)) return std::nullopt;
    }
    if (!decoder.close(form == Base64::kWithLines)) return std::nullopt;
    return std::move(decoder.out());
}

}  // namespace pramana::attest
