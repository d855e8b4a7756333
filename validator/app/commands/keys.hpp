#pragma once

#include "platform.hpp"

#include <span>
#include <string>
#include <string_view>

namespace pramana::app {

/// The `keys` subcommand: show, rotate, export, import. Texts and exit codes: docs/keys.md.
[[nodiscard]] int run_keys(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] std::string help_keys();

// One for each action; `args` without its name.
[[nodiscard]] int run_keys_show(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] int run_keys_rotate(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] int run_keys_export(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] int run_keys_import(std::span<const std::string_view> args, const Platform& platform);
[[nodiscard]] std::string help_keys_show();
[[nodiscard]] std::string help_keys_rotate();
[[nodiscard]] std::string help_keys_export();
[[nodiscard]] std::string help_keys_import();

}  // namespace pramana::app
