#pragma once

#include "pramana/core/base64.hpp"
#include "pramana/core/check.hpp"
#include "sample.hpp"

#include "dkim_canonical.hpp"

#include <openssl/evp.h>

#include <memory>
#include <string>

namespace pramana::ownership {

/// The public key of RFC 8463 appendix A.2; its private one below is as public.
inline constexpr std::string_view kTestRecord =
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
inline constexpr std::string_view kTestSeed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

inline std::string base64_of(ByteView bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                    static_cast<int>(bytes.size()));
    return out;
}

/// A mail to be signed, with what an honest provider would write.
struct MailDraft {
    std::string tags =
        "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=mail.provider.example; s=export; "
        "t=1795000000; h=From:To:Subject:Date";
    std::string header =
        "From: Provider <exports@mail.provider.example>\r\nTo: alex@example.net\r\n"
        "Subject: Your data export is ready\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n";
    std::string body = "Hello Alex,\r\n\r\nyour export is ready.\r\n";
};

/// Signs whatever the draft says, right or wrong, with the test key. The canonical forms are those
/// that the mails of dkimpy show to be right.
inline std::string signed_mail(const MailDraft& draft) {
    const bool relaxed_body = draft.tags.find("/relaxed") != std::string::npos;
    const std::string head = "DKIM-Signature: " + draft.tags +
                             "; bh=" + base64_of(body_hash(draft.body, relaxed_body).view()) +
                             "; b=";
    const std::string unsigned_mail = head + "\r\n" + draft.header + "\r\n" + draft.body;
    const MailReading mail = read_mail(as_bytes_view(unsigned_mail));
    PRAMANA_CHECK(mail.mail.has_value());
    DkimSignature signature;
    signature.header_relaxed = draft.tags.find("c=relaxed") != std::string::npos;
    const std::size_t h = draft.tags.find("h=") + 2;
    const std::string names = draft.tags.substr(h, draft.tags.find(';', h) - h);
    std::string_view rest = names;
    while (true) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        signature.fields.push_back(rest.substr(0, end));
        if (end == rest.size()) break;
        rest.remove_prefix(end + 1);
    }
    const MailField& own = mail.mail->fields[0];
    signature.cut_begin = signature.cut_end = own.value.size();
    const Hash32 digest = header_hash(*mail.mail, signature, own);
    const Bytes seed = *base64_decode(kTestSeed, Base64::kWithLines);
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()),
        EVP_PKEY_free};
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free};
    std::size_t size = 64;
    Bytes bytes(size);
    PRAMANA_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
    PRAMANA_CHECK(EVP_DigestSign(context.get(), bytes.data(), &size, digest.bytes.data(),
                                 digest.bytes.size()) == 1);
    return head + base64_of(bytes) + "\r\n" + draft.header + "\r\n" + draft.body;
}

}  // namespace pramana::ownership
