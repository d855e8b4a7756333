#pragma once

#include "pramana/config/config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pramana::config {

// The smallest configuration that is accepted; rows change one thing in it.
inline constexpr std::string_view kSmallest = R"({
  "public_base_url": "https://validator.example",
  "data_dir": "data",
  "model": "/models/m.bin",
  "chain": {
    "chain_id": 1480,
    "rpc_urls": ["http://127.0.0.1:8545"],
    "data_registry": "0x8C8788f98385F6ba1adD4234e551ABba0f82Cb7C",
    "tee_pool": "0xE8EC6BD73b23Ad40E6B9a6f4bD343FAc411bD99A"
  },
  "dlps": [{"address": "0x8bda577aee8fdb311f971cb6e0106da49f1404a1", "dlp_id": 7, "ruleset": "default-1"}],
  "keys": {"kms_roots": ["0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"]},
  "limits": {},
  "cors_origins": []
})";

inline std::string replaced(std::string_view from, std::string_view to) {
    std::string text{kSmallest};
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

inline Reading read(std::string_view text, Profile profile = Profile::kProduction) {
    return read_config(text, "/etc/pramana", profile);
}

}  // namespace pramana::config
