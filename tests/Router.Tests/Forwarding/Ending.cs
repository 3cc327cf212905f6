namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>How a target ends its connection.</summary>
public enum Ending
{
    /// <summary>As the protocol wants it.</summary>
    Clean,

    /// <summary>The chunked body is closed properly, whatever was sent.</summary>
    CleanChunks,

    /// <summary>FIN in the middle.</summary>
    Fin,

    /// <summary>RST in the middle.</summary>
    Reset,
}
