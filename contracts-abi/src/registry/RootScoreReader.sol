// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IResultRegistry, Result} from "./IResultRegistry.sol";

/// @notice Example of a contract that only reads results: nothing is stored, nothing is paid, and
/// a result costs its share of one root. What uses it must not count a file twice.
contract RootScoreReader {
    IResultRegistry public immutable registry;

    error WrongDlp(address dlp);
    error ResultNotAttested();

    constructor(IResultRegistry registry_) {
        registry = registry_;
    }

    /// The score of a result for this contract that a recorded root covers; 10^18 is 1.0.
    function scoreOf(bytes32 root, Result calldata result, bytes32[] calldata proof)
        external
        view
        returns (uint256)
    {
        if (result.dlp != address(this)) revert WrongDlp(result.dlp);
        if (registry.attestedUnderRoot(root, result, proof) == address(0)) {
            revert ResultNotAttested();
        }
        return result.score;
    }
}
