namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>How peers are asked.</summary>
internal sealed record PeerOptions
{
    /// <summary>Peers that are asked for one file, at most. Default 16: what has one of them reaches all in a few steps.</summary>
    public int MostPeers { get; init; } = 16;

    /// <summary>
    /// Requests to one peer at the same time, at least. Default 2: one is being answered, one is on its way.
    /// </summary>
    public int Connections { get; init; } = 2;

    /// <summary>
    /// Requests to all peers together that a node has where there are few: two alone leave pauses on a link between one
    /// unit and the next. Default 8, as many as to an origin.
    /// </summary>
    public int AllConnections { get; init; } = 8;

    /// <summary>
    /// A seeder gives each unit to one node first, and that one to the others. When nothing came in for so long, everybody
    /// may be asked for everything. Default 3 s.
    /// </summary>
    public TimeSpan ShareFor { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// A node that is no seeder goes to the origin when no peer gave a byte for so long. Default 15 s; only
    /// <see cref="ShareFor"/> when all named seeders give wrong bytes or cannot be reached.
    /// </summary>
    public TimeSpan OriginAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Nodes go there one after another, this far apart: the first one's bytes are the others' reason to wait on. Default 5 s.
    /// </summary>
    public TimeSpan OriginStep { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a peer that failed is left alone. Default 5 s.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(5);
}
