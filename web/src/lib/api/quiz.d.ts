/** Made by scripts/api-types.ts from openapi/quiz.json. */
export interface paths {
    "/api/quiz/v1/attempts/{attempt}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whole */
        get: operations["ApiQuizV1AttemptsWhole"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/attempts/{attempt}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Save */
        put: operations["ApiQuizV1AttemptsAnswersSave"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/attempts/{attempt}/head": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Head */
        get: operations["ApiQuizV1AttemptsHeadHead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/attempts/{attempt}/pen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pen */
        post: operations["ApiQuizV1AttemptsPenPen"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/attempts/{attempt}/receipt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnReceipt */
        get: operations["ApiQuizV1AttemptsReceiptOwnReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/attempts/{attempt}/submission": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submit */
        post: operations["ApiQuizV1AttemptsSubmissionSubmit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Audit */
        get: operations["ApiQuizV1AuditAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AuditLog */
        get: operations["ApiQuizV1AuditLogAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/audit-log/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AuditChain */
        get: operations["ApiQuizV1AuditLogChainAuditChain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ConfirmationsWaiting */
        get: operations["ApiQuizV1ConfirmationsConfirmationsWaiting"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/confirmations/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Confirmation */
        get: operations["ApiQuizV1ConfirmationsRequestIdConfirmation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/confirmations/{request_id}/no": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse */
        post: operations["ApiQuizV1ConfirmationsRequestIdNoRefuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/confirmations/{request_id}/yes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm */
        post: operations["ApiQuizV1ConfirmationsRequestIdYesConfirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/contests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AllContests */
        get: operations["ApiQuizV1ContestsAllContests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/contests/{contest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One */
        get: operations["ApiQuizV1ContestsOne"];
        /** Define */
        put: operations["ApiQuizV1ContestsDefine"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/contests/{contest}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** History */
        get: operations["ApiQuizV1ContestsAttemptsHistory"];
        put?: never;
        /** Start */
        post: operations["ApiQuizV1ContestsAttemptsStart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/contests/{contest}/contestants/{contestant}/tries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** GiveTry */
        post: operations["ApiQuizV1ContestsContestantsTriesGiveTry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/contests/{contest}/minutes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** GiveMinutes */
        post: operations["ApiQuizV1ContestsMinutesGiveMinutes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ReceiptKeys */
        get: operations["ApiQuizV1KeysReceiptKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnExport */
        get: operations["ApiQuizV1MeExportOwnExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/me/export/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnPage */
        get: operations["ApiQuizV1MeExportPageOwnPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/rehearsal/watermark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Watermark */
        post: operations["ApiQuizV1RehearsalWatermarkWatermark"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/republish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Republish */
        post: operations["ApiQuizV1RepublishRepublish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/series/{series}/contestants/{contestant}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export */
        get: operations["ApiQuizV1SeriesContestantsExportExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quiz/v1/series/{series}/contestants/{contestant}/export/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ExportPage */
        get: operations["ApiQuizV1SeriesContestantsExportPageExportPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AgeLimit */
        AgeLimit: {
            /** Format: date */
            at: string;
            from?: number | null;
            to?: number | null;
        };
        /** Applied */
        Applied: {
            bank_version: number;
            changed: boolean;
            confirmation?: components["schemas"]["Request"] | null;
            contest_id: string;
            version: number;
        };
        /** AttemptView */
        AttemptView: {
            /** Format: date-time */
            ends_at: string;
            given_back: boolean;
            how: string | null;
            id: string;
            ordinal: number;
            /** Format: date-time */
            started_at: string;
            state: string;
            submitted_at: string | null;
            voided: boolean;
        };
        /** Bank */
        Bank: {
            /** @default [] */
            questions?: components["schemas"]["Question"][];
        };
        /** Category */
        Category: {
            id: string;
            title: components["schemas"]["Text"];
        };
        /** Chain */
        Chain: {
            broken_at: number | null;
            head: components["schemas"]["Head"];
            then: string | null;
            unlinked: number;
        };
        /** ConsentRules */
        ConsentRules: {
            /** @default [] */
            needed?: string[];
            /** @default [] */
            purposes?: string[];
            version: string;
        };
        /** ContestView */
        ContestView: {
            closed_at: string | null;
            /** Format: date-time */
            now: string;
            reason: string | null;
            rehearsal: boolean;
            rules: components["schemas"]["Rules"];
            version: number;
        };
        /** DrawStep */
        DrawStep: {
            count: number;
            difficulty?: string | null;
            topic?: string | null;
        };
        /** Entry */
        Entry: {
            action: string;
            actor: string;
            /** Format: date-time */
            at: string;
            hash: string;
            id: number;
            new: unknown;
            old: unknown;
            reason: string | null;
            seq: number;
            subject: string;
        };
        /** Export */
        Export: {
            contestant_id: string;
            erased: boolean;
            records: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
            service: string;
        };
        /** Group */
        Group: {
            /** @default [] */
            categories?: string[];
            id: string;
            /** @default false */
            otherwise?: boolean;
            paper?: components["schemas"]["Paper"] | null;
            title?: components["schemas"]["Text"] | null;
        };
        /** Head */
        Head: {
            hash: string;
            rows: number;
        };
        /** HeadView */
        HeadView: {
            /** Format: date-time */
            ends_at: string;
            /** Format: date-time */
            now: string;
            rev: number;
            state: string;
            writer: number;
        };
        /** Incoming */
        Incoming: {
            bank: components["schemas"]["Bank"];
            reason?: string | null;
            rules: components["schemas"]["Rules"];
        };
        /** Log */
        Log: {
            entries: components["schemas"]["Entry"][];
            next: number | null;
        };
        /** MinutesAsked */
        MinutesAsked: {
            contestant_id?: string | null;
            minutes: number;
            reason: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
        };
        /** MinutesGiven */
        MinutesGiven: {
            extended: number;
            full: number;
            ran_out: string[];
        };
        /** Option */
        Option: {
            id: string;
            text: components["schemas"]["Text"];
        };
        /** Paper */
        Paper: {
            /** @default [] */
            draw?: components["schemas"]["DrawStep"][];
            /** @default [] */
            fixed?: string[];
            minutes: number;
            /** @default 1 */
            points?: number;
            /**
             * @default score
             * @enum {string}
             */
            reveal?: "nothing" | "score" | "answers";
            /** @default false */
            reveal_answers_before_closing?: boolean;
            /** @default true */
            shuffle_options?: boolean;
            /** @default true */
            shuffle_questions?: boolean;
        };
        /** PaperView */
        PaperView: {
            answers: {
                [key: string]: string[];
            };
            contest_id: string;
            credential: string | null;
            /** Format: date-time */
            ends_at: string;
            id: string;
            /** Format: date-time */
            now: string;
            prediction: number | null;
            questions: components["schemas"]["QuestionView"][];
            rev: number;
            save_every: number;
            /** Format: date-time */
            started_at: string;
            state: string;
            writer: number;
        };
        /** Prediction */
        Prediction: {
            ask: components["schemas"]["Text"];
            /** @default 10000000 */
            high?: number;
            /** @default 0 */
            low?: number;
            /** @enum {string} */
            of: "perfect_contestants" | "perfect_attempts" | "attempts" | "participants" | "registrants";
            /** @default true */
            required?: boolean;
        };
        /** PublicOption */
        PublicOption: {
            id: string;
            text: components["schemas"]["Text"];
        };
        /** Question */
        Question: {
            correct: string[];
            difficulty: string;
            explanation?: string | null;
            /** @default [] */
            groups?: string[];
            id: string;
            /** @enum {string} */
            kind: "single" | "multiple";
            legal_basis?: string | null;
            options: components["schemas"]["Option"][];
            points?: number | null;
            /** @default true */
            shuffle_options?: boolean;
            text: components["schemas"]["Text"];
            topic: string;
        };
        /** QuestionView */
        QuestionView: {
            id: string;
            kind: string;
            options: components["schemas"]["PublicOption"][];
            text: components["schemas"]["Text"];
        };
        /** RegistrationRules */
        RegistrationRules: {
            age?: components["schemas"]["AgeLimit"] | null;
            /** @default [] */
            categories?: components["schemas"]["Category"][];
            fields?: {
                [key: string]: "required" | "optional" | "off";
            };
            guardian_under?: number | null;
            /** @default 1 */
            phone_shared_by?: number;
        };
        /** Republished */
        Republished: {
            facts: number;
        };
        /** Request */
        Request: {
            action: string;
            /** Format: date-time */
            asked_at: string;
            asked_by: string;
            content: {
                [key: string]: unknown;
            };
            decided_at?: string | null;
            decided_by?: string | null;
            digest: string;
            /** Format: date-time */
            expires_at: string;
            /** Format: uuid */
            id: string;
            reason: string | null;
            scope: string;
            state: string;
            subject: string;
        };
        /** Rules */
        Rules: {
            /** Format: date-time */
            closes: string;
            consent?: components["schemas"]["ConsentRules"] | null;
            /**
             * @default [
             *       "score",
             *       "submitted_at"
             *     ]
             */
            counted?: ("first" | "last") | string[];
            /** @default 30000 */
            grace_ms?: number;
            /** @default [] */
            groups?: components["schemas"]["Group"][];
            id: string;
            /**
             * @default finish
             * @enum {string}
             */
            late_start?: "finish" | "cut";
            later?: {
                [key: string]: unknown;
            };
            /** @default false */
            lottery_accepted?: boolean;
            /** Format: date-time */
            opens: string;
            organiser?: components["schemas"]["Text"] | null;
            paper: components["schemas"]["Paper"];
            prediction?: components["schemas"]["Prediction"] | null;
            registration?: components["schemas"]["RegistrationRules"];
            series_id: string;
            /** @default Asia/Ho_Chi_Minh */
            time_zone?: string;
            title: components["schemas"]["Text"];
            tries?: components["schemas"]["Tries"];
        };
        /** Save */
        Save: {
            answers?: {
                [key: string]: string[];
            };
            prediction?: number | null;
            seq: number;
            writer: number;
        };
        /** SavedView */
        SavedView: {
            /** Format: date-time */
            ends_at: string;
            /** Format: date-time */
            now: string;
            rev: number;
            save_every: number;
        };
        /** SignedReceipt */
        SignedReceipt: {
            kid: string;
            receipt: string;
            signature: string;
        };
        /** Text */
        Text: {
            en?: string | null;
            vi: string;
        };
        /** Tries */
        Tries: {
            contest?: number | null;
            day?: number | null;
            gap_ms?: number | null;
            starts_per_hour?: number | null;
            week?: number | null;
        };
        /** TryAsked */
        TryAsked: {
            reason: string;
        };
        /** TryGiven */
        TryGiven: {
            /** Format: uuid */
            contestant_id: string;
            given: number;
        };
        /** Waiting */
        Waiting: {
            requests: components["schemas"]["Request"][];
        };
        /** Watermark */
        Watermark: {
            /** Format: date-time */
            until: string;
        };
        /** Yes */
        Yes: {
            digest: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ApiQuizV1AttemptsWhole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attempt: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaperView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1AttemptsAnswersSave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attempt: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Save"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1AttemptsHeadHead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attempt: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeadView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1AttemptsPenPen: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attempt: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaperView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1AttemptsReceiptOwnReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attempt: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedReceipt"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1AttemptsSubmissionSubmit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attempt: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Save"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedReceipt"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1AuditAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    ApiQuizV1AuditLogAuditLog: {
        parameters: {
            query?: {
                who?: string;
                what?: string;
                since?: string | null;
                until?: string | null;
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Log"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1AuditLogChainAuditChain: {
        parameters: {
            query?: {
                at?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ConfirmationsConfirmationsWaiting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Waiting"];
                };
            };
        };
    };
    ApiQuizV1ConfirmationsRequestIdConfirmation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Request"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ConfirmationsRequestIdNoRefuse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Request"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ConfirmationsRequestIdYesConfirm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Yes"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Request"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ContestsAllContests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContestView"][];
                };
            };
        };
    };
    ApiQuizV1ContestsOne: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContestView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ContestsDefine: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Incoming"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Applied"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ContestsAttemptsHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttemptView"][];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ContestsAttemptsStart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaperView"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ContestsContestantsTriesGiveTry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
                contestant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryAsked"];
            };
        };
        responses: {
            /** @description Document created, URL follows */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TryGiven"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1ContestsMinutesGiveMinutes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MinutesAsked"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MinutesGiven"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1KeysReceiptKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
        };
    };
    ApiQuizV1MeExportOwnExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
        };
    };
    ApiQuizV1MeExportPageOwnPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    ApiQuizV1RehearsalWatermarkWatermark: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Watermark"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watermark"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1RepublishRepublish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Republished"];
                };
            };
        };
    };
    ApiQuizV1SeriesContestantsExportExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series: string;
                contestant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiQuizV1SeriesContestantsExportPageExportPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series: string;
                contestant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
}
