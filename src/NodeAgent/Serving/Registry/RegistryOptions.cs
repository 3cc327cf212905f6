using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>What a registry serves, and where.</summary>
public sealed record RegistryOptions
{
    /// <summary>Folder of the model store; made when missing. No other process may use it at the same time.</summary>
    public required string StoreDirectory { get; init; }

    /// <summary>Where it listens; default a free port of 127.0.0.1.</summary>
    public IPEndPoint ListenAddress { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>
    /// Token that requests must have as <c>Authorization: Bearer</c>; at least 16 characters. Needed unless
    /// <see cref="ListenAddress"/> is a loopback address. Default none.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>Where the registry logs; default nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Clock of the store; default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The address and the folder: the token is secret.</summary>
    public override string ToString() => $"{StoreDirectory} at {ListenAddress}";
}
