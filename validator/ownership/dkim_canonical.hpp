#pragma once

#include "dkim_signature.hpp"
#include "mail_fields.hpp"
#include "pramana/core/bytes.hpp"

// What a DKIM signature is over (RFC 6376 sections 3.4 and 3.7), hashed as it is made: no copy of
// the mail in canonical form comes into being.

namespace pramana::ownership {

/// SHA-256 of the body.
[[nodiscard]] Hash32 body_hash(std::string_view body, bool relaxed);

/// SHA-256 of the fields that h= names, each from the bottom up, and of the signature's own field
/// without the value of b=.
/// @param own  one of the mail's fields, from whose value `signature` was read
[[nodiscard]] Hash32 header_hash(const RawMail& mail, const DkimSignature& signature,
                                 const MailField& own);

}  // namespace pramana::ownership
