namespace PeerNet.Engine.Core;

/// <summary>
/// The documented failures, by meaning. Symbols and values are those of winerror.h (facility 0x63) and of the PNRP
/// name space provider; where the peer-to-peer API has no symbol of its own, the system's is used.
/// </summary>
public static class PeerErrors
{
    // The component and the node.
    /// <summary>The machine has no IPv6, and the cloud asked for needs it.</summary>
    public static readonly PeerError Ipv6NotInstalled = new("PEER_E_IPV6_NOT_INSTALLED", 0x80630001, PeerErrorKind.NotAvailable);

    /// <summary>The node or component is not running.</summary>
    public static readonly PeerError NotInitialized = new("PEER_E_NOT_INITIALIZED", 0x80630002, PeerErrorKind.NotAvailable);

    /// <summary>A component could not be started.</summary>
    public static readonly PeerError CannotStartService = new("PEER_E_CANNOT_START_SERVICE", 0x80630003, PeerErrorKind.NotAvailable);

    /// <summary>A component does not answer.</summary>
    public static readonly PeerError ServiceNotAvailable = new("PEER_E_SERVICE_NOT_AVAILABLE", 0x806320A1, PeerErrorKind.NotAvailable);

    /// <summary>The port that was asked for cannot be opened.</summary>
    public static readonly PeerError UnableToListen = new("PEER_E_UNABLE_TO_LISTEN", 0x80632096, PeerErrorKind.Connection);

    /// <summary>The component listens already.</summary>
    public static readonly PeerError AlreadyListening = new("PEER_E_ALREADY_LISTENING", 0x80630107, PeerErrorKind.AlreadyExists);

    /// <summary>There is no such event subscription.</summary>
    public static readonly PeerError EventHandleNotFound = new("PEER_E_EVENT_HANDLE_NOT_FOUND", 0x80630501, PeerErrorKind.NotFound);

    /// <summary>The time allowed has passed.</summary>
    public static readonly PeerError Timeout = new("PEER_E_TIMEOUT", 0x80637005, PeerErrorKind.Timeout);

    // Identities.
    /// <summary>A classifier has more than 149 characters.</summary>
    public static readonly PeerError ClassifierTooLong = new("PEER_E_CLASSIFIER_TOO_LONG", 0x80630201, PeerErrorKind.LimitExceeded);

    /// <summary>The store holds as many identities as it may.</summary>
    public static readonly PeerError TooManyIdentities = new("PEER_E_TOO_MANY_IDENTITIES", 0x80630202, PeerErrorKind.LimitExceeded);

    /// <summary>The private key is locked, or its file cannot be read.</summary>
    public static readonly PeerError NoKeyAccess = new("PEER_E_NO_KEY_ACCESS", 0x80630203, PeerErrorKind.NotAuthorized);

    /// <summary>The identity is a member of groups.</summary>
    public static readonly PeerError GroupsExist = new("PEER_E_GROUPS_EXIST", 0x80630204, PeerErrorKind.Busy);

    /// <summary>There is no such identity.</summary>
    public static readonly PeerError IdentityNotFound = new("PEER_E_IDENTITY_NOT_FOUND", 0x80630401, PeerErrorKind.NotFound);

    /// <summary>The identity has been deleted meanwhile.</summary>
    public static readonly PeerError IdentityDeleted = new("PEER_E_IDENTITY_DELETED", 0x806320A0, PeerErrorKind.NotFound);

    /// <summary>The identity store is damaged; it is left as it is.</summary>
    public static readonly PeerError CertificateStoreCorrupted = new("PEER_E_CERT_STORE_CORRUPTED", 0x80630801, PeerErrorKind.InvalidData);

    /// <summary>A friendly name is empty or has more than 255 characters.</summary>
    public static readonly PeerError InvalidFriendlyName = new("PEER_E_INVALID_FRIENDLY_NAME", 0x80632070, PeerErrorKind.InvalidArgument);

    /// <summary>The password is empty or too weak.</summary>
    public static readonly PeerError PasswordDoesNotMeetPolicy =
        new("PEER_E_PASSWORD_DOES_NOT_MEET_POLICY", 0x80632021, PeerErrorKind.InvalidArgument);

    /// <summary>A document or datum has a version that is not known here.</summary>
    public static readonly PeerError UnsupportedVersion = new("PEER_E_UNSUPPORTED_VERSION", 0x80632090, PeerErrorKind.InvalidData);

    /// <summary>The identity has no right to do this.</summary>
    public static readonly PeerError NotAuthorized = new("PEER_E_NOT_AUTHORIZED", 0x80632020, PeerErrorKind.NotAuthorized);

    // Certificate chains.
    /// <summary>The issuer of an invitation or a chain is not trusted.</summary>
    public static readonly PeerError InvitationNotTrusted = new("PEER_E_INVITATION_NOT_TRUSTED", 0x80630701, PeerErrorKind.Security);

    /// <summary>A chain would have more than 25 certificates.</summary>
    public static readonly PeerError ChainTooLong = new("PEER_E_CHAIN_TOO_LONG", 0x80630703, PeerErrorKind.LimitExceeded);

    /// <summary>A validity period is empty, over, or outside its issuer's.</summary>
    public static readonly PeerError InvalidTimePeriod = new("PEER_E_INVALID_TIME_PERIOD", 0x80630705, PeerErrorKind.InvalidArgument);

    /// <summary>A chain leads back to a certificate it has already.</summary>
    public static readonly PeerError CircularChainDetected = new("PEER_E_CIRCULAR_CHAIN_DETECTED", 0x80630706, PeerErrorKind.Security);

    // Peer names and clouds.
    /// <summary>A peer name does not follow the grammar (MS-PNRP 2.2.4).</summary>
    public static readonly PeerError InvalidPeerName = new("PEER_E_INVALID_PEER_NAME", 0x80632050, PeerErrorKind.InvalidArgument);

    /// <summary>A classifier contains NUL, or may not be empty here.</summary>
    public static readonly PeerError InvalidClassifier = new("PEER_E_INVALID_CLASSIFIER", 0x80632060, PeerErrorKind.InvalidArgument);

    /// <summary>A peer name has no host-name form.</summary>
    public static readonly PeerError CannotConvertPeerName =
        new("PEER_E_CANNOT_CONVERT_PEER_NAME", 0x80634001, PeerErrorKind.InvalidArgument);

    /// <summary>A host name is not that of a peer name.</summary>
    public static readonly PeerError InvalidPeerHostName = new("PEER_E_INVALID_PEER_HOST_NAME", 0x80634002, PeerErrorKind.InvalidArgument);

    /// <summary>There are no more results.</summary>
    public static readonly PeerError NoMore = new("PEER_E_NO_MORE", 0x80634003, PeerErrorKind.NotFound);

    /// <summary>The peer name is registered already.</summary>
    public static readonly PeerError PnrpDuplicatePeerName =
        new("PEER_E_PNRP_DUPLICATE_PEER_NAME", 0x80634005, PeerErrorKind.AlreadyExists);

    /// <summary>There is no such cloud.</summary>
    public static readonly PeerError NoCloud = new("PEER_E_NO_CLOUD", 0x80631001, PeerErrorKind.NotFound);

    /// <summary>Several clouds have the name or scope given.</summary>
    public static readonly PeerError CloudNameAmbiguous = new("PEER_E_CLOUD_NAME_AMBIGUOUS", 0x80631005, PeerErrorKind.InvalidArgument);

    /// <summary>An address cannot be used here.</summary>
    public static readonly PeerError InvalidAddress = new("PEER_E_INVALID_ADDRESS", 0x80637007, PeerErrorKind.InvalidArgument);

    // The PNRP name space provider (p2p.h): HRESULT_FROM_WIN32 of 11501 and up.
    /// <summary>The name space provider knows no such cloud.</summary>
    public static readonly PeerError PnrpCloudNotFound = new("WSA_PNRP_CLOUD_NOT_FOUND", 0x80072CED, PeerErrorKind.NotFound);

    /// <summary>The cloud is closed.</summary>
    public static readonly PeerError PnrpCloudDisabled = new("WSA_PNRP_CLOUD_DISABLED", 0x80072CEE, PeerErrorKind.NotAvailable);

    /// <summary>The identity of a registration cannot be used.</summary>
    public static readonly PeerError PnrpInvalidIdentity = new("WSA_PNRP_INVALID_IDENTITY", 0x80072CEF, PeerErrorKind.NotAuthorized);

    /// <summary>The node has too much to do at the moment.</summary>
    public static readonly PeerError PnrpTooMuchLoad = new("WSA_PNRP_TOO_MUCH_LOAD", 0x80072CF0, PeerErrorKind.Busy);

    /// <summary>The cloud resolves names but registers none.</summary>
    public static readonly PeerError PnrpCloudIsSearchOnly = new("WSA_PNRP_CLOUD_IS_SEARCH_ONLY", 0x80072CF1, PeerErrorKind.NotAvailable);

    /// <summary>The name is registered already in this cloud by another identity.</summary>
    public static readonly PeerError PnrpDuplicateRegistration =
        new("WSA_PNRP_DUPLICATE_PEER_NAME", 0x80072CF4, PeerErrorKind.AlreadyExists);

    /// <summary>The cloud has no addresses left.</summary>
    public static readonly PeerError PnrpCloudIsDead = new("WSA_PNRP_CLOUD_IS_DEAD", 0x80072CF5, PeerErrorKind.NotAvailable);

    /// <summary>No other node is known whom one could ask; later there may be one.</summary>
    public static readonly PeerError NoOtherNode = new("WSATRY_AGAIN", 0x80072AFA, PeerErrorKind.Connection);

    /// <summary>None of the nodes that could be asked has answered.</summary>
    public static readonly PeerError HostUnreachable = new("ERROR_HOST_UNREACHABLE", 0x800704D0, PeerErrorKind.Connection);

    /// <summary>What others certify is not valid at this machine's time: a clock is wrong.</summary>
    public static readonly PeerError TimeSkew = new("ERROR_TIME_SKEW", 0x80070576, PeerErrorKind.Security);

    // Graphs, groups and records.
    /// <summary>There is no such open graph.</summary>
    public static readonly PeerError InvalidGraph = new("PEER_E_INVALID_GRAPH", 0x80630010, PeerErrorKind.InvalidArgument);

    /// <summary>The database belongs to another graph.</summary>
    public static readonly PeerError DatabaseNameChanged = new("PEER_E_DBNAME_CHANGED", 0x80630011, PeerErrorKind.InvalidArgument);

    /// <summary>The graph exists already.</summary>
    public static readonly PeerError DuplicateGraph = new("PEER_E_DUPLICATE_GRAPH", 0x80630012, PeerErrorKind.AlreadyExists);

    /// <summary>The graph is not synchronized yet.</summary>
    public static readonly PeerError GraphNotReady = new("PEER_E_GRAPH_NOT_READY", 0x80630013, PeerErrorKind.NotAvailable);

    /// <summary>The graph is closing.</summary>
    public static readonly PeerError GraphShuttingDown = new("PEER_E_GRAPH_SHUTTING_DOWN", 0x80630014, PeerErrorKind.NotAvailable);

    /// <summary>The graph is open.</summary>
    public static readonly PeerError GraphInUse = new("PEER_E_GRAPH_IN_USE", 0x80630015, PeerErrorKind.Busy);

    /// <summary>The database is damaged or is not one.</summary>
    public static readonly PeerError InvalidDatabase = new("PEER_E_INVALID_DATABASE", 0x80630016, PeerErrorKind.InvalidData);

    /// <summary>A record has too many attributes.</summary>
    public static readonly PeerError TooManyAttributes = new("PEER_E_TOO_MANY_ATTRIBUTES", 0x80630017, PeerErrorKind.LimitExceeded);

    /// <summary>There is no such record.</summary>
    public static readonly PeerError RecordNotFound = new("PEER_E_RECORD_NOT_FOUND", 0x80630301, PeerErrorKind.NotFound);

    /// <summary>The database cannot be opened with these rights.</summary>
    public static readonly PeerError DatabaseAccessDenied = new("PEER_E_DATABASE_ACCESSDENIED", 0x80630302, PeerErrorKind.NotAuthorized);

    /// <summary>The database cannot be set up.</summary>
    public static readonly PeerError DatabaseInitializationFailed =
        new("PEER_E_DBINITIALIZATION_FAILED", 0x80630303, PeerErrorKind.InvalidData);

    /// <summary>A record is larger than its graph allows.</summary>
    public static readonly PeerError MaximumRecordSizeExceeded =
        new("PEER_E_MAX_RECORD_SIZE_EXCEEDED", 0x80630304, PeerErrorKind.LimitExceeded);

    /// <summary>The database exists already.</summary>
    public static readonly PeerError DatabaseAlreadyPresent =
        new("PEER_E_DATABASE_ALREADY_PRESENT", 0x80630305, PeerErrorKind.AlreadyExists);

    /// <summary>There is no such database.</summary>
    public static readonly PeerError DatabaseNotPresent = new("PEER_E_DATABASE_NOT_PRESENT", 0x80630306, PeerErrorKind.NotFound);

    /// <summary>A search expression does not follow its schema.</summary>
    public static readonly PeerError InvalidSearch = new("PEER_E_INVALID_SEARCH", 0x80630601, PeerErrorKind.InvalidArgument);

    /// <summary>Record attributes do not follow their schema.</summary>
    public static readonly PeerError InvalidAttributes = new("PEER_E_INVALID_ATTRIBUTES", 0x80630602, PeerErrorKind.InvalidArgument);

    /// <summary>A record is not valid.</summary>
    public static readonly PeerError InvalidRecord = new("PEER_E_INVALID_RECORD", 0x80632010, PeerErrorKind.InvalidData);

    /// <summary>A record cannot be judged yet.</summary>
    public static readonly PeerError DeferredValidation = new("PEER_E_DEFERRED_VALIDATION", 0x80632030, PeerErrorKind.NotAvailable);

    /// <summary>A group property is not valid.</summary>
    public static readonly PeerError InvalidGroupProperties =
        new("PEER_E_INVALID_GROUP_PROPERTIES", 0x80632040, PeerErrorKind.InvalidArgument);

    /// <summary>A role is not valid.</summary>
    public static readonly PeerError InvalidRoleProperty = new("PEER_E_INVALID_ROLE_PROPERTY", 0x80632071, PeerErrorKind.InvalidArgument);

    /// <summary>A classifier property is not valid.</summary>
    public static readonly PeerError InvalidClassifierProperty =
        new("PEER_E_INVALID_CLASSIFIER_PROPERTY", 0x80632072, PeerErrorKind.InvalidArgument);

    /// <summary>An expiration time is not valid.</summary>
    public static readonly PeerError InvalidRecordExpiration =
        new("PEER_E_INVALID_RECORD_EXPIRATION", 0x80632080, PeerErrorKind.InvalidArgument);

    /// <summary>Credential information is not valid.</summary>
    public static readonly PeerError InvalidCredentialInfo =
        new("PEER_E_INVALID_CREDENTIAL_INFO", 0x80632081, PeerErrorKind.InvalidArgument);

    /// <summary>A credential is not valid.</summary>
    public static readonly PeerError InvalidCredential = new("PEER_E_INVALID_CREDENTIAL", 0x80632082, PeerErrorKind.Security);

    /// <summary>A record size is out of range.</summary>
    public static readonly PeerError InvalidRecordSize = new("PEER_E_INVALID_RECORD_SIZE", 0x80632083, PeerErrorKind.InvalidArgument);

    /// <summary>The group is not synchronized yet.</summary>
    public static readonly PeerError GroupNotReady = new("PEER_E_GROUP_NOT_READY", 0x80632091, PeerErrorKind.NotAvailable);

    /// <summary>The group is open.</summary>
    public static readonly PeerError GroupInUse = new("PEER_E_GROUP_IN_USE", 0x80632092, PeerErrorKind.Busy);

    /// <summary>There is no such open group.</summary>
    public static readonly PeerError InvalidGroup = new("PEER_E_INVALID_GROUP", 0x80632093, PeerErrorKind.InvalidArgument);

    /// <summary>No member of the group could be found.</summary>
    public static readonly PeerError NoMembersFound = new("PEER_E_NO_MEMBERS_FOUND", 0x80632094, PeerErrorKind.NotFound);

    /// <summary>No member of the group could be reached.</summary>
    public static readonly PeerError NoMemberConnections = new("PEER_E_NO_MEMBER_CONNECTIONS", 0x80632095, PeerErrorKind.Connection);

    // Connections.
    /// <summary>There is no such connection.</summary>
    public static readonly PeerError ConnectionNotFound = new("PEER_E_CONNECTION_NOT_FOUND", 0x80630103, PeerErrorKind.NotFound);

    /// <summary>A node cannot connect to itself.</summary>
    public static readonly PeerError ConnectSelf = new("PEER_E_CONNECT_SELF", 0x80630106, PeerErrorKind.InvalidArgument);

    /// <summary>There is no such node.</summary>
    public static readonly PeerError NodeNotFound = new("PEER_E_NODE_NOT_FOUND", 0x80630108, PeerErrorKind.NotFound);

    /// <summary>The connection could not be made.</summary>
    public static readonly PeerError ConnectionFailed = new("PEER_E_CONNECTION_FAILED", 0x80630109, PeerErrorKind.Connection);

    /// <summary>The other side could not be authenticated.</summary>
    public static readonly PeerError ConnectionNotAuthenticated =
        new("PEER_E_CONNECTION_NOT_AUTHENTICATED", 0x8063010A, PeerErrorKind.Security);

    /// <summary>The other side refused.</summary>
    public static readonly PeerError ConnectionRefused = new("PEER_E_CONNECTION_REFUSED", 0x8063010B, PeerErrorKind.Connection);

    // Collaboration.
    /// <summary>There is no such contact.</summary>
    public static readonly PeerError ContactNotFound = new("PEER_E_CONTACT_NOT_FOUND", 0x80636001, PeerErrorKind.NotFound);

    /// <summary>The invitation was cancelled.</summary>
    public static readonly PeerError InvitationCancelled = new("PEER_E_INVITE_CANCELLED", 0x80637000, PeerErrorKind.NotAvailable);

    /// <summary>The invitation has not been answered.</summary>
    public static readonly PeerError InvitationResponseNotAvailable =
        new("PEER_E_INVITE_RESPONSE_NOT_AVAILABLE", 0x80637001, PeerErrorKind.NotAvailable);

    /// <summary>The user is not signed in.</summary>
    public static readonly PeerError NotSignedIn = new("PEER_E_NOT_SIGNED_IN", 0x80637003, PeerErrorKind.NotAvailable);

    // Content distribution (winerror.h: HRESULT_FROM_WIN32 of 4050 and up).
    /// <summary>Content information has a version that is not known here.</summary>
    public static readonly PeerError ContentInformationVersionUnsupported =
        new("PEERDIST_ERROR_CONTENTINFO_VERSION_UNSUPPORTED", 0x80070FD2, PeerErrorKind.InvalidData);

    /// <summary>Content information is damaged, or is none.</summary>
    public static readonly PeerError CannotParseContentInformation =
        new("PEERDIST_ERROR_CANNOT_PARSE_CONTENTINFO", 0x80070FD3, PeerErrorKind.InvalidData);

    /// <summary>No cache, peer or source has some of the content.</summary>
    public static readonly PeerError MissingData = new("PEERDIST_ERROR_MISSING_DATA", 0x80070FD4, PeerErrorKind.NotAvailable);

    /// <summary>The content has changed since its information was made.</summary>
    public static readonly PeerError ContentInvalidated = new("PEERDIST_ERROR_INVALIDATED", 0x80070FD9, PeerErrorKind.InvalidData);

    /// <summary>Content is published under this id already.</summary>
    public static readonly PeerError ContentAlreadyExists = new("PEERDIST_ERROR_ALREADY_EXISTS", 0x80070FDA, PeerErrorKind.AlreadyExists);

    /// <summary>A range goes beyond the content.</summary>
    public static readonly PeerError ContentOutOfBounds = new("PEERDIST_ERROR_OUT_OF_BOUNDS", 0x80070FDD, PeerErrorKind.InvalidArgument);

    /// <summary>The other side speaks no version that is known here.</summary>
    public static readonly PeerError DistributionVersionUnsupported =
        new("PEERDIST_ERROR_VERSION_UNSUPPORTED", 0x80070FDE, PeerErrorKind.InvalidData);

    /// <summary>The settings of content distribution do not fit together.</summary>
    public static readonly PeerError InvalidDistributionConfiguration =
        new("PEERDIST_ERROR_INVALID_CONFIGURATION", 0x80070FDF, PeerErrorKind.InvalidArgument);

    /// <summary>Content distribution is switched off, or cannot work.</summary>
    public static readonly PeerError DistributionUnavailable =
        new("PEERDIST_ERROR_SERVICE_UNAVAILABLE", 0x80070FE1, PeerErrorKind.NotAvailable);

    // Failures of the system that the peer-to-peer API passes on (HRESULT_FROM_WIN32).
    /// <summary>There is no such thing.</summary>
    public static readonly PeerError NotFound = new("PEER_E_NOT_FOUND", 0x80070490, PeerErrorKind.NotFound);

    /// <summary>It exists already.</summary>
    public static readonly PeerError AlreadyExists = new("PEER_E_ALREADY_EXISTS", 0x800700B7, PeerErrorKind.AlreadyExists);

    /// <summary>The disk is full.</summary>
    public static readonly PeerError DiskFull = new("PEER_E_DISK_FULL", 0x80070070, PeerErrorKind.NotAvailable);

    /// <summary>An argument has the wrong form or value.</summary>
    public static readonly PeerError InvalidArgument = new("E_INVALIDARG", 0x80070057, PeerErrorKind.InvalidArgument);

    /// <summary>The system denies access to a file or folder.</summary>
    public static readonly PeerError AccessDenied = new("E_ACCESSDENIED", 0x80070005, PeerErrorKind.NotAuthorized);

    /// <summary>A document or datum is damaged.</summary>
    public static readonly PeerError InvalidData = new("ERROR_INVALID_DATA", 0x8007000D, PeerErrorKind.InvalidData);

    /// <summary>There are as many of them as there may be.</summary>
    public static readonly PeerError NotEnoughQuota = new("ERROR_NOT_ENOUGH_QUOTA", 0x80070718, PeerErrorKind.LimitExceeded);

    /// <summary>The password is wrong.</summary>
    public static readonly PeerError InvalidPassword = new("ERROR_INVALID_PASSWORD", 0x80070056, PeerErrorKind.Security);

    /// <summary>Another process has the file or folder.</summary>
    public static readonly PeerError SharingViolation = new("ERROR_SHARING_VIOLATION", 0x80070020, PeerErrorKind.Busy);

    /// <summary>A file could not be written.</summary>
    public static readonly PeerError WriteFault = new("ERROR_WRITE_FAULT", 0x8007001D, PeerErrorKind.NotAvailable);

    /// <summary>A file could not be read.</summary>
    public static readonly PeerError ReadFault = new("ERROR_READ_FAULT", 0x8007001E, PeerErrorKind.NotAvailable);

    /// <summary>The thing is in use.</summary>
    public static readonly PeerError Busy = new("ERROR_BUSY", 0x800700AA, PeerErrorKind.Busy);
}
