using Microsoft.Extensions.Logging;

namespace LlmOperator.ApiServer;

/// <summary>How the embedded API server runs.</summary>
public sealed record ApiServerOptions
{
    /// <summary>The folder of the journal, the certificates and the token; null keeps everything in memory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The port on 127.0.0.1; 0, the default, takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Where to write a kubeconfig (mode 0600); null writes none.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>How long a watch stays silent before a bookmark is sent; default one minute.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many changes of each resource a watch can resume from; default 1000, and at most 8 MiB.</summary>
    public int WatchHistory { get; init; } = 1000;

    /// <summary>The clock of timestamps, bookmarks and time limits; default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the server logs; null logs nothing.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }
}
