CREATE TABLE `dataset_items` (
	`tenant_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`id` text NOT NULL,
	`from_version` integer NOT NULL,
	`to_version` integer,
	`input` text NOT NULL,
	`expected` text,
	`metadata` text,
	PRIMARY KEY(`tenant_id`, `dataset_id`, `id`, `from_version`)
);
--> statement-breakpoint
CREATE TABLE `dataset_versions` (
	`tenant_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`version` integer NOT NULL,
	`change` text NOT NULL,
	`added` integer NOT NULL,
	`removed` integer NOT NULL,
	`items` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `dataset_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `datasets` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`version` integer NOT NULL,
	`items` integer NOT NULL,
	`stored_items` integer NOT NULL,
	`stored_bytes` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `datasets_name` ON `datasets` (`tenant_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `datasets_deleted` ON `datasets` (`deleted_at`) WHERE deleted_at IS NOT NULL AND stored_items > 0;--> statement-breakpoint
CREATE TABLE `evaluator_revisions` (
	`tenant_id` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`revision` integer NOT NULL,
	`config` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `evaluator_id`, `revision`)
);
--> statement-breakpoint
CREATE TABLE `evaluators` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`latest_revision` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evaluators_name` ON `evaluators` (`tenant_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `required_evaluations` (
	`tenant_id` text NOT NULL,
	`environment_id` text NOT NULL,
	`environment` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`evaluator` text NOT NULL,
	`evaluator_revision` integer NOT NULL,
	`dataset_id` text NOT NULL,
	`dataset` text NOT NULL,
	`dataset_version` integer NOT NULL,
	`threshold` real NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `environment_id`)
);
--> statement-breakpoint
CREATE INDEX `required_evaluations_evaluator` ON `required_evaluations` (`tenant_id`,`evaluator_id`);--> statement-breakpoint
CREATE INDEX `required_evaluations_dataset` ON `required_evaluations` (`tenant_id`,`dataset_id`);--> statement-breakpoint
CREATE TABLE `version_scores` (
	`tenant_id` text NOT NULL,
	`version_id` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`model` text NOT NULL,
	`evaluator_revision` integer NOT NULL,
	`dataset_version` integer NOT NULL,
	`evaluator` text NOT NULL,
	`dataset` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`score` real NOT NULL,
	`n` integer NOT NULL,
	`total` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `version_id`, `evaluator_id`, `dataset_id`, `model`)
);
