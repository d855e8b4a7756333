#pragma once

#include "pramana/evidence/statement.hpp"

namespace pramana::evidence {

/// A statement that a reader takes, of made-up values.
inline Statement stated() {
    const auto key = [](std::uint8_t last) {
        SecretBytes raw{32};
        raw.expose_mutable()[31] = last;
        return SigningKey::from_bytes(std::move(raw))->public_key();
    };
    Statement statement;
    statement.provider = "tdx";
    statement.build.version = "0.1.0";
    statement.chain_id = 31337;
    statement.data_registry.bytes.fill(0x11);
    statement.tee_pool.bytes.fill(0x22);
    statement.model.bytes.fill(0x33);
    statement.keys = {.signing = key(1), .encryption = key(2), .epoch = 0};
    statement.upload_bytes_max = 1U << 20U;
    statement.min_bid_wei = "100";
    StatedDlp dlp;
    dlp.address.bytes.fill(0x44);
    dlp.dlp_id = UINT64_MAX;
    dlp.ruleset_name = "default-1";
    dlp.instruction = "pramana:1:x";
    statement.dlps = {dlp, dlp};
    return statement;
}

}  // namespace pramana::evidence
