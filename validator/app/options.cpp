#include "options.hpp"

#include "pramana/core/nearest.hpp"

#include <algorithm>
#include <cstdio>

namespace pramana::app {
namespace {

constexpr std::size_t kHelpColumn = 28;

const Option* find(const Command& command, std::string_view name) {
    const auto row = std::find_if(command.options.begin(), command.options.end(),
                                  [name](const Option& option) { return option.name == name; });
    return row == command.options.end() ? nullptr : &*row;
}

std::string unknown(const Command& command, std::string_view name) {
    std::vector<std::string_view> names;
    for (const Option& option : command.options) names.push_back(option.name);
    std::string sentence = "there is no option --" + std::string{name};
    if (const std::optional<std::string_view> near = nearest(name, names))
        sentence += "; did you mean --" + std::string{*near} + "?";
    return sentence;
}

/// `help` may have several lines; the later ones are indented like the first.
void add_row(std::string& text, std::string left, std::string_view help) {
    left.insert(0, "  ");
    if (left.size() + 2 > kHelpColumn) {
        text += left + '\n';
        left.clear();
    }
    text += left + std::string(kHelpColumn - left.size(), ' ');
    for (const char c : help) {
        text += c;
        if (c == '\n') text += std::string(kHelpColumn, ' ');
    }
    text += '\n';
}

}  // namespace

std::optional<std::string> Arguments::text(std::string_view name) const {
    const auto row = values_.find(name);
    if (row == values_.end()) return std::nullopt;
    return row->second;
}

Parsed parse_arguments(const Command& command, std::span<const std::string_view> args) {
    const auto refuse = [](std::string sentence) { return Parsed{{}, std::move(sentence)}; };
    Arguments read;
    bool only_operands = false;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string_view arg = args[i];
        if (only_operands || !arg.starts_with('-') || arg == "-") {
            read.operands_.emplace_back(arg);
            continue;
        }
        if (arg == "--") {
            only_operands = true;
            continue;
        }
        const std::size_t equals = arg.find('=');
        const std::string_view name = arg.substr(0, equals).substr(arg.starts_with("--") ? 2 : 1);
        const Option* option = arg.starts_with("--") ? find(command, name) : nullptr;
        if (option == nullptr) return refuse(unknown(command, name));
        std::string value;
        if (option->value.empty()) {
            if (equals != arg.npos) return refuse("--" + std::string{name} + " takes no value");
        } else if (equals != arg.npos) {
            value = arg.substr(equals + 1);
        } else {
            ++i;
            if (i == args.size() || args[i].starts_with("--"))
                return refuse("--" + std::string{name} +
                              " needs a value: " + std::string{option->value});
            value = args[i];
        }
        if (!read.values_.emplace(name, std::move(value)).second)
            return refuse("--" + std::string{name} + " stands twice");
    }
    for (const Option& option : command.options)
        if (option.required && !read.has(option.name))
            return refuse("--" + std::string{option.name} + " is missing: " +
                          std::string{option.help.substr(0, option.help.find('\n'))});
    if (read.operands_.size() < command.operands_min)
        return refuse(std::string{command.operands} + " is missing");
    if (read.operands_.size() > command.operands_max)
        return refuse("'" + read.operands_[command.operands_max] + "' is too much");
    return Parsed{std::move(read), {}};
}

std::string help_of(const Command& command) {
    std::string text = "usage: pramana " + std::string{command.name};
    for (const Option& option : command.options)
        if (option.required)
            text += " --" + std::string{option.name} + ' ' + std::string{option.value};
    text += command.options.empty() ? "" : " [options]";
    if (!command.operands.empty()) text += ' ' + std::string{command.operands};
    text += "\n\n" + std::string{command.summary} + "\n\n";
    for (const Option& option : command.options) {
        std::string left = "--" + std::string{option.name};
        if (!option.value.empty()) left += ' ' + std::string{option.value};
        add_row(text, std::move(left), option.help);
    }
    if (!command.more.empty()) text += '\n' + std::string{command.more};
    return text;
}

int usage_error(const Command& command, std::string_view sentence) {
    const std::string name{command.name};
    const std::string text =
        "pramana " + name + ": " + std::string{sentence} + "\n  next: pramana help " + name + '\n';
    std::fputs(text.c_str(), stderr);
    return kExitUsage;
}

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
    return pramana::nearest(word, candidates);
}

}  // namespace pramana::app
