#include "pramana/evidence/ocsp_keeper.hpp"

#include "pramana/attest/ocsp.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/sha256.hpp"
#include "pramana/crypto/aead.hpp"
#include "pramana/os/log.hpp"

#include <array>

namespace pramana::evidence {
namespace {

constexpr std::size_t kHeaderSize = 9;  // one byte: whether revoked; eight: since when
constexpr std::string_view kRequestType = "application/ocsp-request";

/// Of the certificate and its issuer's: a certificate that is issued anew is another.
std::string note_of(const OcspSubject& subject) {
    Sha256 hash;
    hash.update(sha256(subject.certificate).view());
    hash.update(sha256(subject.issuer).view());
    return "nvidia_ocsp " + to_hex(hash.finish().view());
}

}  // namespace

std::optional<OcspKeeper::Kept> OcspKeeper::kept(const std::string& name) const {
    Result<std::optional<Bytes>> note = parts_.notes.load(name);
    if (!note) {
        log::warn("evidence.ocsp.note", {{"error", note.error()}});
        return std::nullopt;
    }
    if (!*note || (*note)->size() <= kHeaderSize) return std::nullopt;
    const Bytes& raw = **note;
    return Kept{.revoked = raw[0] != 0,
                .begin = load_be<std::uint64_t>(raw.data() + 1),
                .answer = {raw.begin() + kHeaderSize, raw.end()}};
}

void OcspKeeper::keep(const std::string& name, const Kept& answer) const {
    Bytes raw(kHeaderSize);
    raw[0] = answer.revoked ? 1 : 0;
    store_be(answer.begin, raw.data() + 1);
    append(raw, answer.answer);
    if (const Status saved = parts_.notes.save(name, raw); !saved)
        log::warn("evidence.ocsp.note", {{"error", saved.error()}});
}

std::optional<OcspKeeper::Kept> OcspKeeper::asked(const OcspSubject& subject, bool& failed) const {
    std::array<std::uint8_t, attest::kOcspNonceSize> nonce{};
    random_bytes(nonce);
    const Result<Bytes> request = attest::ocsp_request(subject.certificate, subject.issuer, nonce);
    if (!request) return std::nullopt;
    Result<CollateralReply> reply =
        parts_.post(parts_.url, kRequestType, *request, attest::kOcspBytesMax);
    if (!reply) {
        failed = true;
        log::warn("evidence.ocsp.waits", {{"error", reply.error()}});
        return std::nullopt;
    }
    const Result<attest::OcspAnswer> answer = attest::read_ocsp_answer(
        reply->body, subject.certificate, subject.issuer, parts_.now(), ByteView{nonce});
    if (!answer) {
        log::warn("evidence.ocsp.refused", {{"error", answer.error()}});
        return std::nullopt;
    }
    if (answer->status == attest::OcspStatus::kUnknown) {
        log::warn("evidence.ocsp.unknown");
        return std::nullopt;
    }
    return Kept{.revoked = answer->status == attest::OcspStatus::kRevoked,
                .begin = answer->begin,
                .answer = std::move(reply->body)};
}

std::vector<Bytes> OcspKeeper::answers(std::span<const OcspSubject> subjects) {
    std::vector<Bytes> out;
    bool failed = parts_.post == nullptr || parts_.url.empty();
    const attest::UnixTime now = parts_.now();
    for (const OcspSubject& subject : subjects) {
        const std::string name = note_of(subject);
        std::optional<Kept> newest = kept(name);
        const auto at = asked_.find(name);
        const bool young = at != asked_.end() && now < at->second + parts_.every_s;
        if (!young && !failed) {
            std::optional<Kept> fresh = asked(subject, failed);
            if (fresh) asked_[name] = now;
            if (fresh && (!newest || fresh->begin >= newest->begin)) {
                keep(name, *fresh);
                newest = std::move(fresh);
            }
        }
        if (!newest) continue;
        const bool holds =
            attest::read_ocsp_answer(newest->answer, subject.certificate, subject.issuer, now)
                .has_value();
        if (holds || newest->revoked) out.push_back(std::move(newest->answer));
    }
    return out;
}

}  // namespace pramana::evidence
