#include "certificate.hpp"
#include "der.hpp"
#include "pramana/core/base64.hpp"

#include <algorithm>

namespace pramana::attest {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";

bool is_space(char c) noexcept { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }

std::string_view without_leading_space(std::string_view text) noexcept {
    while (!text.empty() && (is_space(text.front()) || text.front() == '\0')) text.remove_prefix(1);
    return text;
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
        std::optional<Bytes> der =
            base64_decode(pem.substr(kBegin.size(), end - kBegin.size()), Base64::kWithLines);
        if (!der) return malformed;
        certificates.push_back(std::move(*der));
        pem.remove_prefix(end + kEnd.size());
    }
    if (certificates.empty()) return malformed;
    return certificates;
}

Result<std::vector<Certificate>> read_pem_chain(std::string_view pem,
                                                std::span<const Certificate> known) {
    Result<std::vector<Bytes>> ders = read_pem(pem);
    if (!ders) return ders.error();
    std::vector<Certificate> chain;
    chain.reserve(ders->size());
    for (const Bytes& der : *ders) {
        const auto same = std::ranges::find_if(
            known, [&](const Certificate& one) { return same_bytes(one.der, der); });
        if (same != known.end()) {
            chain.push_back(copy_of(*same));
            continue;
        }
        Result<Certificate> certificate = read_certificate(der);
        if (!certificate) return certificate.error();
        chain.push_back(std::move(*certificate));
    }
    return chain;
}

}  // namespace pramana::attest
