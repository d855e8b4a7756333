#include "certificate.hpp"

#include <array>

namespace pramana::attest {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

bool is_space(char c) noexcept { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

std::string_view without_leading_space(std::string_view text) noexcept {
    while (!text.empty() && (is_space(text.front()) || text.front() == '\0')) text.remove_prefix(1);
    return text;
}

/// 0..63, or 64 for a character that is not of base64 (RFC 4648 section 4).
std::uint32_t sextet(char c) noexcept {
    if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/// Base64 with line breaks, strictly: whole groups, padding only at the end, unused bits zero.
std::optional<Bytes> decode_base64(std::string_view text) {
    Bytes out;
    out.reserve(text.size() / 4 * 3);
    std::uint32_t group = 0;
    unsigned count = 0;
    unsigned padding = 0;
    for (const char c : text) {
        if (is_space(c)) continue;
        const std::uint32_t value = c == '=' ? 0 : sextet(c);
        if (value == 64 || (padding > 0 && c != '=')) return std::nullopt;
        if (c == '=') ++padding;
        group = (group << 6U) | value;
        if (++count < 4) continue;
        if (padding > 2) return std::nullopt;
        const std::uint32_t unused = padding == 2 ? 0xffffU : padding == 1 ? 0xffU : 0;
        if ((group & unused) != 0) return std::nullopt;
        const std::array<std::uint8_t, 3> bytes = {static_cast<std::uint8_t>(group >> 16U),
                                                   static_cast<std::uint8_t>(group >> 8U),
                                                   static_cast<std::uint8_t>(group)};
        out.insert(out.end(), bytes.begin(), bytes.end() - padding);
        group = 0;
        count = 0;
        if (padding > 0) padding = 4;  // nothing may follow
    }
    if (count != 0) return std::nullopt;
    return out;
}

}  // namespace

Result<std::vector<Bytes>> read_pem(std::string_view pem) {
    const Error malformed{Errc::kEvidenceMalformed, "attest.pem"};
    if (pem.size() > kPemBytesMax) return malformed;
    std::vector<Bytes> certificates;
    for (pem = without_leading_space(pem); !pem.empty(); pem = without_leading_space(pem)) {
        if (!pem.starts_with(kBegin) || certificates.size() == kChainCertificatesMax)
            return malformed;
        const std::size_t end = pem.find(kEnd);
        if (end == std::string_view::npos) return malformed;
        std::optional<Bytes> der = decode_base64(pem.substr(kBegin.size(), end - kBegin.size()));
        if (!der) return malformed;
        certificates.push_back(std::move(*der));
        pem.remove_prefix(end + kEnd.size());
    }
    if (certificates.empty()) return malformed;
    return certificates;
}

Result<std::vector<Certificate>> read_pem_chain(std::string_view pem) {
    Result<std::vector<Bytes>> ders = read_pem(pem);
    if (!ders) return ders.error();
    std::vector<Certificate> chain;
    chain.reserve(ders->size());
    for (const Bytes& der : *ders) {
        Result<Certificate> certificate = read_certificate(der);
        if (!certificate) return certificate.error();
        chain.push_back(std::move(*certificate));
    }
    return chain;
}

}  // namespace pramana::attest
